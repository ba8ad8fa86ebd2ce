<#import "template.ftl" as layout>
<#import "passkeys.ftl" as passkeys>
<#-- The password, and the user name where it was not asked for before. -->
<#assign named = usernameHidden?? || (auth?has_content && auth.showUsername())>
<#assign wrong = messagesPerField.existsError('username', 'password')>
<@layout.registrationLayout displayMessage=!wrong; section>
<#if section = "header">
${msg("loginAccountTitle")}
<#elseif section = "form">
<form id="kc-form-login" action="${url.loginAction}" method="post">
<#if !named>
<div class="group">
<label for="username">${realm.loginWithEmailAllowed?then(msg("usernameOrEmail"), msg("username"))}</label>
<input id="username" name="username" type="text" value="${login.username!''}" dir="ltr" autofocus required spellcheck="false" autocapitalize="none" autocomplete="username">
</div>
</#if>
<#if named && (auth.attemptedUsername)?has_content><input type="text" value="${auth.attemptedUsername}" autocomplete="username" readonly hidden></#if>
<div class="group">
<label for="password">${msg("password")}</label>
<input id="password" name="password" type="password" dir="ltr"<#if named> autofocus</#if> required autocomplete="current-password"<#if wrong> aria-invalid="true" aria-describedby="input-error"</#if>>
<#if wrong><p class="problem" id="input-error" role="alert">${kcSanitize(messagesPerField.getFirstError('username', 'password'))?no_esc}</p></#if>
</div>
<#if (auth.selectedCredential)?has_content><input type="hidden" name="credentialId" value="${auth.selectedCredential}"></#if>
<button class="primary" id="kc-login" name="login">${msg("doLogIn")}</button>
</form>
<#if realm.resetPasswordAllowed><p><a href="${url.loginResetCredentialsUrl}">${msg("doForgotPassword")}</a></p></#if>
<@passkeys.conditionalUIData/>
</#if>
</@layout.registrationLayout>
