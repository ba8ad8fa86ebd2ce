<#import "template.ftl" as layout>
<#assign asker = client.name!client.clientId>
<@layout.registrationLayout pageTitle=msg("cardloomApprovalOf", asker) wide=true; section>
<#if section = "header">
<bdi>${asker}</bdi> ${msg("cardloomAsks")}
<#elseif section = "form">
<p>${msg("cardloomSignedInAs", person)}
<#if returnsHere>${msg("cardloomReturnsHere")} <span id="redirect-host">${returnsTo}</span>.
<#else>${msg("cardloomReturnsTo")} <b id="redirect-host">${returnsTo}</b>.</#if></p>
<#if !verified><p class="message info">${msg("cardloomUnverified")}</p></#if>
<#if foreign?has_content><p class="message warning" role="alert">${msg("cardloomForeign", foreign)}</p></#if>
<form id="cardloom-approval" action="${url.loginAction}" method="post">
<fieldset>
<legend>${msg("cardloomPermissions")}</legend>
<#list scopes as s>
<label class="choice"><input type="checkbox" name="scope" value="${s.name}"<#if s.checked> checked</#if><#if s.fixed> disabled</#if>>
<span>${advancedMsg(s.text)} <small class="below">${s.name}</small></span></label>
</#list>
</fieldset>
<fieldset>
<legend>${msg("cardloomWorkspaces")}</legend>
<#if workspaces?has_content>
<p class="hint">${msg("cardloomWorkspacesHint")}</p>
<#list workspaces as w>
<label class="choice"><input type="checkbox" name="workspace" value="${w.id}"<#if w.checked> checked</#if>>
<span><b><bdi>${w.name}</bdi></b> <small>${w.id}</small><#if w.requested> <em class="badge">${msg("cardloomRequested")}</em></#if>
<small class="below roles"><#if w.roles?has_content>${msg("cardloomYourRoles")} <#list w.roles as role>${msg("cardloomRole_" + role)}<#sep>, </#list><#else>${msg("cardloomNoRole")}</#if></small></span></label>
</#list>
<#else>
<p>${msg("cardloomNoWorkspaces")}</p>
</#if>
</fieldset>
<#-- Deny comes first: it is what the Enter key does in a check box. -->
<div class="buttons">
<button id="kc-deny" name="decision" value="deny">${msg("cardloomDeny")}</button>
<#if workspaces?has_content><button class="primary" id="kc-approve" name="decision" value="approve">${msg("cardloomApprove")}</button></#if>
</div>
</form>
</#if>
</@layout.registrationLayout>
