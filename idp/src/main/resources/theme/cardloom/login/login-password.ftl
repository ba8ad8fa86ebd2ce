<#include "login.ftl">
