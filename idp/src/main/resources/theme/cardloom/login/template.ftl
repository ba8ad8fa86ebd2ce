<#import "footer.ftl" as loginFooter>
<#-- The frame of every page. `pageTitle` names a page in the browser's tab; `wide` is for pages with more to read. -->
<#macro registrationLayout bodyClass="" displayInfo=false displayMessage=true displayRequiredFields=false pageTitle="" wide=false>
<!doctype html>
<html lang="${lang!'en'}" dir="${(locale.rtl!false)?then('rtl','ltr')}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<title>${pageTitle?has_content?then(pageTitle + " - " + (realm.displayName!realm.name), title!(realm.displayName!realm.name))}</title>
<link rel="icon" type="image/svg+xml" href="${url.resourcesPath}/img/cardloom.svg">
<link rel="stylesheet" href="${url.resourcesPath}/css/cardloom.css">
<script type="importmap">{"imports": {"rfc4648": "${url.resourcesCommonPath}/vendor/rfc4648/rfc4648.js"}}</script>
<#if scripts??><#list scripts as script>
<script src="${script}"></script>
</#list></#if>
</head>
<body data-page-id="login-${pageId}">
<div class="page<#if wide> wide</#if>">
<header>
<p class="brand"><svg class="logo" viewBox="0 0 24 24" aria-hidden="true"><path d="M4 8h4m4 0h8M4 16h8m4 0h4M8 4v8m0 4v4M16 4v4m0 4v8"/></svg>${realm.displayName!realm.name}</p>
<#if realm.internationalizationEnabled && locale.supported?size gt 1>
<nav aria-label="${msg("languages")}">
<ul class="languages">
<#list locale.supported as l>
<li><a href="${l.url}" lang="${l.languageTag}" hreflang="${l.languageTag}"<#if l.languageTag = locale.currentLanguageTag> aria-current="true"</#if>>${l.label}</a></li>
</#list>
</ul>
</nav>
</#if>
</header>
<main>
<h1 id="kc-page-title"><#nested "header"></h1>
<#if displayMessage && message?has_content && (message.type != 'warning' || !isAppInitiatedAction??)>
<p class="message ${message.type}" role="alert">${kcSanitize(message.summary)?no_esc}</p>
</#if>
<#if auth?has_content && auth.showUsername() && !auth.showResetCredentials()>
<#nested "show-username">
<p class="attempt"><span id="kc-attempted-username"><bdi>${auth.attemptedUsername}</bdi></span> <a id="reset-login" href="${url.loginRestartFlowUrl}">${msg("cardloomOtherPerson")}</a></p>
</#if>
<#nested "form">
<#if auth?has_content && auth.showTryAnotherWayLink()>
<form id="kc-select-try-another-way-form" action="${url.loginAction}" method="post">
<input type="hidden" name="tryAnotherWay" value="on">
<button class="plain" id="try-another-way">${msg("doTryAnotherWay")}</button>
</form>
</#if>
<#nested "socialProviders">
<#if displayInfo>
<div id="kc-info"><#nested "info"></div>
</#if>
</main>
<@loginFooter.content/>
</div>
</body>
</html>
</#macro>
