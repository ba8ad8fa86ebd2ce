<#import "template.ftl" as layout>
<#import "passkeys.ftl" as passkeys>
<#assign wrong = messagesPerField.existsError('username')>
<@layout.registrationLayout displayMessage=!wrong; section>
<#if section = "header">
${msg("loginAccountTitle")}
<#elseif section = "form">
<#if realm.password>
<form id="kc-form-login" action="${url.loginAction}" method="post">
<#if !usernameHidden??>
<div class="group">
<label for="username">${realm.loginWithEmailAllowed?then(msg("usernameOrEmail"), msg("username"))}</label>
<input id="username" name="username" type="text" value="${login.username!''}" dir="ltr" autofocus required spellcheck="false" autocapitalize="none"
 autocomplete="${(enableWebAuthnConditionalUI?has_content)?then('username webauthn', 'username')}"<#if wrong> aria-invalid="true" aria-describedby="input-error-username"</#if>>
<#if wrong><p class="problem" id="input-error-username" role="alert">${kcSanitize(messagesPerField.get('username'))?no_esc}</p></#if>
</div>
</#if>
<button class="primary" id="kc-login" name="login">${msg("cardloomNext")}</button>
</form>
</#if>
<@passkeys.conditionalUIData/>
<#elseif section = "socialProviders">
<#if realm.password && social?? && social.providers?has_content>
<ul class="providers" aria-label="${msg("identity-provider-login-label")}">
<#list social.providers as p><li><a id="social-${p.alias}" href="${p.loginUrl}">${p.displayName!p.alias}</a></li></#list>
</ul>
</#if>
</#if>
</@layout.registrationLayout>
