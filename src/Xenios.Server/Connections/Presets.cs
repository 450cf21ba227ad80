using Xenios.Sdk;

namespace Xenios.Server.Connections;

/// <summary>
/// What happens when an external profile arrives: every setting of D2 with its value. Nothing in the code asks which product a connection
/// imitates; a preset (D5) only fills in what is not named.
/// </summary>
internal sealed record ConnectionPolicy
{
    /// <summary>How the server speaks to X.</summary>
    public required ConnectionProtocol Protocol { get; init; }

    /// <summary>Path registered at the provider.</summary>
    public required CallbackStyle CallbackStyle { get; init; }

    /// <summary>External attribute that identifies the person: <c>id</c> for X, <c>sub</c> elsewhere unless named.</summary>
    public required string SubjectAttribute { get; init; }

    /// <summary>Whether there is a local user at all.</summary>
    public required OnOff Jit { get; init; }

    /// <summary>What happens to a person nobody matches, while <see cref="Jit"/> is on.</summary>
    public required OnNoMatch OnNoMatch { get; init; }

    /// <summary>What the person is asked when an account is created.</summary>
    public required JitScheme JitScheme { get; init; }

    /// <summary>Whether the provider's address counts as confirmed.</summary>
    public required EmailTrust EmailTrust { get; init; }

    /// <summary>What is stored of an address that does not count as confirmed.</summary>
    public required UntrustedEmail UntrustedEmail { get; init; }

    /// <summary>What happens when the provider's address, or a rule, matches a local user (D3).</summary>
    public required LinkPolicy LinkPolicy { get; init; }

    /// <summary>What happens when an address typed by the person matches a local user.</summary>
    public required LinkTypedEmail LinkTypedEmail { get; init; }

    /// <summary>Comparisons for <see cref="Sdk.LinkPolicy.AutoByRules"/>, in order; never empty under that policy.</summary>
    public required IReadOnlyList<LinkRule> LinkRules { get; init; }

    /// <summary>What happens when the provider sends no address.</summary>
    public required MissingEmail MissingEmail { get; init; }

    /// <summary>What later sign-ins copy to the local user.</summary>
    public required AttributeSync AttributeSync { get; init; }

    /// <summary>What later sign-ins do to groups.</summary>
    public required GroupSync GroupSync { get; init; }

    /// <summary>Whether attributes copied from the provider are read-only here.</summary>
    public required bool ManagedByConnection { get; init; }

    /// <summary>Where the username of a new account comes from.</summary>
    public required UsernameSource UsernameSource { get; init; }

    /// <summary>Value of <c>sub</c> when there is no local user.</summary>
    public required FederatedSubject FederatedSubject { get; init; }

    /// <summary>Whether the person is asked before linking even where a rule allows it.</summary>
    public required bool PromptBeforeLink { get; init; }

    /// <summary>What happens when the connection is deleted.</summary>
    public required OnConnectionDelete OnConnectionDelete { get; init; }

    /// <summary>A policy of a connection to X: the preset, with what the resource names put over it.</summary>
    /// <param name="policy">The resource; null for the default preset alone.</param>
    public static ConnectionPolicy From(PolicyResource? policy)
    {
        var preset = Presets.Of(policy?.Preset ?? PolicyPreset.Kinde);
        var named = policy ?? new PolicyResource();
        var linkPolicy = named.LinkPolicy ?? preset.LinkPolicy;
        return preset with
        {
            Jit = named.Jit ?? preset.Jit,
            OnNoMatch = named.OnNoMatch ?? preset.OnNoMatch,
            JitScheme = named.JitScheme ?? preset.JitScheme,
            EmailTrust = named.EmailTrust ?? preset.EmailTrust,
            UntrustedEmail = named.UntrustedEmail ?? preset.UntrustedEmail,
            LinkPolicy = linkPolicy,
            LinkTypedEmail = named.LinkTypedEmail ?? preset.LinkTypedEmail,
            LinkRules = Rules(named.LinkRules, linkPolicy),
            MissingEmail = named.MissingEmail ?? preset.MissingEmail,
            AttributeSync = named.AttributeSync ?? preset.AttributeSync,
            GroupSync = named.GroupSync ?? preset.GroupSync,
            ManagedByConnection = named.ManagedByConnection ?? preset.ManagedByConnection,
            UsernameSource = named.UsernameSource ?? preset.UsernameSource,
            FederatedSubject = named.FederatedSubject ?? preset.FederatedSubject,
            PromptBeforeLink = named.PromptBeforeLink ?? preset.PromptBeforeLink,
            OnConnectionDelete = named.OnConnectionDelete ?? preset.OnConnectionDelete,
        };
    }

    /// <summary>The policy of a connection of any kind, with the settings that stand beside <c>policy</c>.</summary>
    /// <param name="connection">The connection.</param>
    public static ConnectionPolicy From(ConnectionResource connection)
    {
        var (policy, isX) = (From(connection.Policy), connection.Kind is null or ConnectionKind.X);
        return policy with
        {
            // OAuth 1.0a is spoken to X alone, whatever the preset says.
            Protocol = connection.Protocol ?? (isX ? policy.Protocol : ConnectionProtocol.OAuth2),
            CallbackStyle = connection.CallbackStyle ?? policy.CallbackStyle,
            SubjectAttribute = connection.SubjectAttribute ?? (isX ? policy.SubjectAttribute : "sub"),
        };
    }

    private static IReadOnlyList<LinkRule> Rules(IReadOnlyList<LinkRuleResource>? rules, LinkPolicy policy) =>
        rules is { Count: > 0 } ? [.. rules.Select(rule => new LinkRule(rule.External ?? "", rule.Local ?? ""))]
        : policy == LinkPolicy.AutoByRules ? LinkRule.EmailAgainstEmail
        : [];
}

/// <summary>One comparison that finds the local user an external profile belongs to.</summary>
/// <param name="External">Attribute sent by the provider.</param>
/// <param name="Local">Local attribute that no two users share.</param>
internal sealed record LinkRule(string External, string Local)
{
    /// <summary>What is compared when no rule is named.</summary>
    public static readonly IReadOnlyList<LinkRule> EmailAgainstEmail = [new("email", "email")];
}

/// <summary>The two columns of D5.</summary>
internal static class Presets
{
    /// <summary>A local user for everybody; an address is asked for and proven.</summary>
    public static readonly ConnectionPolicy Kinde = new()
    {
        Protocol = ConnectionProtocol.OAuth2,
        CallbackStyle = CallbackStyle.LoginCallback,
        SubjectAttribute = "id",
        Jit = OnOff.On,
        OnNoMatch = OnNoMatch.Create,
        JitScheme = JitScheme.Silent,
        EmailTrust = EmailTrust.Never,
        UntrustedEmail = UntrustedEmail.AttributeOnly,
        LinkPolicy = LinkPolicy.ProvePossession,
        LinkTypedEmail = LinkTypedEmail.AfterCode,
        LinkRules = [],
        MissingEmail = MissingEmail.AskAndVerify,
        AttributeSync = AttributeSync.ProfileOnly,
        GroupSync = GroupSync.Merge,
        ManagedByConnection = false,
        UsernameSource = UsernameSource.None,
        FederatedSubject = FederatedSubject.Pairwise,
        PromptBeforeLink = false,
        OnConnectionDelete = OnConnectionDelete.Unlink,
    };

    /// <summary>Local users are optional; the provider's word about an address counts.</summary>
    public static readonly ConnectionPolicy Wso2 = Kinde with
    {
        Protocol = ConnectionProtocol.OAuth1a,
        CallbackStyle = CallbackStyle.CommonAuth,
        Jit = OnOff.Off,
        EmailTrust = EmailTrust.WhenProviderSaysVerified,
        LinkPolicy = LinkPolicy.AutoByRules,
        LinkRules = LinkRule.EmailAgainstEmail,
        MissingEmail = MissingEmail.AllowWithout,
        AttributeSync = AttributeSync.OverrideAll,
        ManagedByConnection = true,
        UsernameSource = UsernameSource.Handle,
        OnConnectionDelete = OnConnectionDelete.RefuseIfUsed,
    };

    /// <summary>The settings of a preset.</summary>
    /// <param name="preset">Its name.</param>
    public static ConnectionPolicy Of(PolicyPreset preset) => preset == PolicyPreset.Wso2 ? Wso2 : Kinde;
}
