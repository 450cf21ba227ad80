namespace Xenios.Sdk;

/// <summary>
/// What happens when an external profile arrives: the settings of D2, except those that stand beside the policy (<c>protocol</c>,
/// <c>callback_style</c>, <c>subject_attribute</c>) and <c>credentials</c>, which is derived. Whatever is not given comes from the preset (D5).
/// </summary>
public sealed record PolicyResource
{
    /// <summary>Where settings that are not given come from. Default <see cref="PolicyPreset.Kinde"/>.</summary>
    public PolicyPreset? Preset { get; init; }

    /// <summary>Whether there is a local user at all. Kinde: on; WSO2: off.</summary>
    public OnOff? Jit { get; init; }

    /// <summary>What happens to an unknown person while <see cref="Jit"/> is on. Both presets: <see cref="Sdk.OnNoMatch.Create"/>.</summary>
    public OnNoMatch? OnNoMatch { get; init; }

    /// <summary>What the person is asked when an account is created. Both presets: <see cref="Sdk.JitScheme.Silent"/>.</summary>
    public JitScheme? JitScheme { get; init; }

    /// <summary>
    /// Whether the provider's address counts as confirmed. Kinde: <see cref="Sdk.EmailTrust.Never"/>; WSO2:
    /// <see cref="Sdk.EmailTrust.WhenProviderSaysVerified"/>.
    /// </summary>
    public EmailTrust? EmailTrust { get; init; }

    /// <summary>
    /// What is stored of an address that does not count as confirmed. Both presets: <see cref="Sdk.UntrustedEmail.AttributeOnly"/>.
    /// </summary>
    public UntrustedEmail? UntrustedEmail { get; init; }

    /// <summary>
    /// What happens when the provider's address or a rule matches a local user (D3). Kinde: <see cref="Sdk.LinkPolicy.ProvePossession"/>; WSO2:
    /// <see cref="Sdk.LinkPolicy.AutoByRules"/>.
    /// </summary>
    public LinkPolicy? LinkPolicy { get; init; }

    /// <summary>
    /// What happens when the address the person typed matches a local user. Both presets: <see cref="Sdk.LinkTypedEmail.AfterCode"/>.
    /// </summary>
    public LinkTypedEmail? LinkTypedEmail { get; init; }

    /// <summary>At most two comparisons for <see cref="Sdk.LinkPolicy.AutoByRules"/>, tried in order; none given: email against email.</summary>
    public IReadOnlyList<LinkRuleResource>? LinkRules { get; init; }

    /// <summary>
    /// What happens when the provider sends no address. Kinde: <see cref="Sdk.MissingEmail.AskAndVerify"/>; WSO2:
    /// <see cref="Sdk.MissingEmail.AllowWithout"/>.
    /// </summary>
    public MissingEmail? MissingEmail { get; init; }

    /// <summary>
    /// What later sign-ins copy to the local user. Kinde: <see cref="Sdk.AttributeSync.ProfileOnly"/>; WSO2:
    /// <see cref="Sdk.AttributeSync.OverrideAll"/>.
    /// </summary>
    public AttributeSync? AttributeSync { get; init; }

    /// <summary>What later sign-ins do to groups. Both presets: <see cref="Sdk.GroupSync.Merge"/>.</summary>
    public GroupSync? GroupSync { get; init; }

    /// <summary>Whether attributes copied from the provider are read-only here. Kinde: false; WSO2: true.</summary>
    public bool? ManagedByConnection { get; init; }

    /// <summary>
    /// Where the username of a new account comes from. Kinde: <see cref="Sdk.UsernameSource.None"/>; WSO2:
    /// <see cref="Sdk.UsernameSource.Handle"/>.
    /// </summary>
    public UsernameSource? UsernameSource { get; init; }

    /// <summary>Value of <c>sub</c> when there is no local user. Both presets: <see cref="Sdk.FederatedSubject.Pairwise"/>.</summary>
    public FederatedSubject? FederatedSubject { get; init; }

    /// <summary>Whether the person is asked before linking even where a rule allows it. Both presets: false.</summary>
    public bool? PromptBeforeLink { get; init; }

    /// <summary>
    /// What happens when the connection is deleted. Kinde: <see cref="Sdk.OnConnectionDelete.Unlink"/>; WSO2:
    /// <see cref="Sdk.OnConnectionDelete.RefuseIfUsed"/>.
    /// </summary>
    public OnConnectionDelete? OnConnectionDelete { get; init; }
}

/// <summary>One comparison that finds the local user an external profile belongs to (D2, <c>link_rules</c>).</summary>
public sealed record LinkRuleResource
{
    /// <summary>Attribute sent by the provider. Required.</summary>
    public string? External { get; init; }

    /// <summary>Local attribute that no two users share: <c>email</c> or <c>username</c>. Required.</summary>
    public string? Local { get; init; }
}
