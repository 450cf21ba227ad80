using Xenios.Sdk;
using Xenios.Server.Connections;

namespace Xenios.Server.Tests.Resources;

/// <summary>Presets fill in what a policy does not name (D5), and nothing else.</summary>
public sealed class PolicyPresetsTests
{
    [Theory]
    [InlineData(nameof(ConnectionPolicy.Protocol), ConnectionProtocol.OAuth2, ConnectionProtocol.OAuth1a)]
    [InlineData(nameof(ConnectionPolicy.CallbackStyle), CallbackStyle.LoginCallback, CallbackStyle.CommonAuth)]
    [InlineData(nameof(ConnectionPolicy.SubjectAttribute), "id", "id")]
    [InlineData(nameof(ConnectionPolicy.Jit), OnOff.On, OnOff.Off)]
    [InlineData(nameof(ConnectionPolicy.OnNoMatch), OnNoMatch.Create, OnNoMatch.Create)]
    [InlineData(nameof(ConnectionPolicy.JitScheme), JitScheme.Silent, JitScheme.Silent)]
    [InlineData(nameof(ConnectionPolicy.EmailTrust), EmailTrust.Never, EmailTrust.WhenProviderSaysVerified)]
    [InlineData(nameof(ConnectionPolicy.UntrustedEmail), UntrustedEmail.AttributeOnly, UntrustedEmail.AttributeOnly)]
    [InlineData(nameof(ConnectionPolicy.LinkPolicy), LinkPolicy.ProvePossession, LinkPolicy.AutoByRules)]
    [InlineData(nameof(ConnectionPolicy.LinkTypedEmail), LinkTypedEmail.AfterCode, LinkTypedEmail.AfterCode)]
    [InlineData(nameof(ConnectionPolicy.MissingEmail), MissingEmail.AskAndVerify, MissingEmail.AllowWithout)]
    [InlineData(nameof(ConnectionPolicy.AttributeSync), AttributeSync.ProfileOnly, AttributeSync.OverrideAll)]
    [InlineData(nameof(ConnectionPolicy.GroupSync), GroupSync.Merge, GroupSync.Merge)]
    [InlineData(nameof(ConnectionPolicy.ManagedByConnection), false, true)]
    [InlineData(nameof(ConnectionPolicy.UsernameSource), UsernameSource.None, UsernameSource.Handle)]
    [InlineData(nameof(ConnectionPolicy.FederatedSubject), FederatedSubject.Pairwise, FederatedSubject.Pairwise)]
    [InlineData(nameof(ConnectionPolicy.PromptBeforeLink), false, false)]
    [InlineData(nameof(ConnectionPolicy.OnConnectionDelete), OnConnectionDelete.Unlink, OnConnectionDelete.RefuseIfUsed)]
    public void A_preset_is_a_column_of_the_table(string setting, object kinde, object wso2)
    {
        var property = typeof(ConnectionPolicy).GetProperty(setting)!;
        Assert.Equal(kinde, property.GetValue(ConnectionPolicy.From((PolicyResource?)null)));
        Assert.Equal(kinde, property.GetValue(ConnectionPolicy.From(new PolicyResource())));
        Assert.Equal(kinde, property.GetValue(ConnectionPolicy.From(new PolicyResource { Preset = PolicyPreset.Kinde })));
        Assert.Equal(wso2, property.GetValue(ConnectionPolicy.From(new PolicyResource { Preset = PolicyPreset.Wso2 })));
    }

    [Theory]
    [InlineData(PolicyPreset.Kinde)]
    [InlineData(PolicyPreset.Wso2)]
    public void A_named_value_stands_over_the_preset(PolicyPreset preset)
    {
        foreach (var named in typeof(PolicyResource).GetProperties().Where(property => property.Name is not (nameof(PolicyResource.Preset) or nameof(PolicyResource.LinkRules))))
        {
            var type = Nullable.GetUnderlyingType(named.PropertyType)!;
            foreach (var value in type == typeof(bool) ? [true, false] : WireName.All(type).Values)
            {
                var resource = new PolicyResource { Preset = preset };
                named.SetValue(resource, value);
                var policy = ConnectionPolicy.From(resource);
                Assert.Equal(value, typeof(ConnectionPolicy).GetProperty(named.Name)!.GetValue(policy));
            }
        }
    }

    [Fact]
    public void Rules_without_a_list_compare_email_with_email()
    {
        Assert.Equal([new LinkRule("email", "email")], ConnectionPolicy.From(new PolicyResource { LinkPolicy = LinkPolicy.AutoByRules }).LinkRules);
        Assert.Equal([new LinkRule("email", "email")], ConnectionPolicy.From(new PolicyResource { Preset = PolicyPreset.Wso2, LinkRules = [] }).LinkRules);
        Assert.Empty(ConnectionPolicy.From(new PolicyResource { Preset = PolicyPreset.Wso2, LinkPolicy = LinkPolicy.Never }).LinkRules);
        Assert.Equal(
            [new LinkRule("username", "username")],
            ConnectionPolicy.From(new PolicyResource { Preset = PolicyPreset.Wso2, LinkRules = [new() { External = "username", Local = "username" }] }).LinkRules);
    }

    [Fact]
    public void Settings_beside_the_policy_stand_over_the_preset()
    {
        var policy = ConnectionPolicy.From(new ConnectionResource
        {
            Kind = ConnectionKind.X,
            Policy = new() { Preset = PolicyPreset.Wso2 },
            Protocol = ConnectionProtocol.OAuth2,
            CallbackStyle = CallbackStyle.LoginCallback,
        });
        Assert.Equal((ConnectionProtocol.OAuth2, CallbackStyle.LoginCallback, OnOff.Off), (policy.Protocol, policy.CallbackStyle, policy.Jit));
    }

    [Fact]
    public void Only_x_is_spoken_to_in_oauth1a()
    {
        var policy = ConnectionPolicy.From(new ConnectionResource { Kind = ConnectionKind.Oidc, Policy = new() { Preset = PolicyPreset.Wso2 } });
        Assert.Equal((ConnectionProtocol.OAuth2, "sub"), (policy.Protocol, policy.SubjectAttribute));
    }

    [Fact]
    public void No_preset_trusts_an_address_without_the_providers_word() =>
        Assert.All([Presets.Kinde, Presets.Wso2], preset => Assert.NotEqual(EmailTrust.Always, preset.EmailTrust));
}
