using Xenios.Protocol.Authorize;
using static Xenios.Protocol.Tests.Authorize.AuthorizeFixture;

namespace Xenios.Protocol.Tests.Authorize;

/// <summary>The order of the checks is itself a requirement (threat D04): client, redirect URI, response type and mode, duplicates, request object, the rest.</summary>
public sealed class AuthorizeOrderTests
{
    private static readonly string Long = new('x', 3000);

    // What can be wrong, in the order in which it must be noticed.
    private static readonly Fault[] Faults =
    [
        new("RFC 6749 §4.1.2.1: client unknown", "client_id=nobody", true, "invalid_client", "client_id"),
        new("RFC 6749 §4.1.2.1: redirect URI unknown", "redirect_uri=https%3A%2F%2Fevil.test%2F", true, "invalid_request", "redirect_uri"),
        new("RFC 6749 §4.1.1: response type missing", "response_type=", false, "invalid_request", "response_type is missing"),
        new("RFC 6749 §4.1.2.1: response type unknown", "response_type=token", false, "unsupported_response_type", "response_type=code only"),
        new("RFC 6749 §4.1.2.1: grant not allowed", "client_id=no-code-grant", false, "unauthorized_client", "code flow"),
        new("Multiple Response Types §2.1: mode unknown", "response_mode=fragment", false, "invalid_request", "response_mode"),
        new("RFC 6749 §3.1: repeated", "login_hint=a&login_hint=b", false, "invalid_request", "login_hint was sent more than once"),
        new("Core §3.1.2.6: request object", "request=e30", false, "request_not_supported", "Request objects are"),
        new("Core §3.1.2.6: request object by reference", "request_uri=https%3A%2F%2Frp.test%2Fr", false, "request_uri_not_supported", "by reference"),
        new("Core §3.1.2.6: registration", "registration=%7B%7D", false, "registration_not_supported", "registration"),
        new("AUT-06: state too long", "state=" + Long, false, "invalid_request", "state is longer"),
        new("AUT-06: nonce too long", "nonce=" + Long, false, "invalid_request", "nonce is longer"),
        new("scope too long", "scope=" + Long, false, "invalid_request", "scope is longer"),
        new("RFC 7636 §4.4.1: challenge malformed", "code_challenge=short", false, "invalid_request", "code_challenge must be"),
        new("Core §3.1.2.1: prompt unknown", "prompt=now", false, "invalid_request", "prompt must"),
        new("Core §3.1.2.1: max_age malformed", "max_age=-1", false, "invalid_request", "max_age"),
    ];

    public static TheoryData<string> EachFault => [.. Faults.Select(f => f.Name)];

    /// <summary>Every two faults that can stand in one request, the one to be noticed first in front.</summary>
    public static TheoryData<string, string> PairsOfFaults
    {
        get
        {
            var rows = new TheoryData<string, string>();
            for (var i = 0; i < Faults.Length; i++)
            {
                foreach (var later in Faults[(i + 1)..].Where(f => NameOf(f.Change) != NameOf(Faults[i].Change)))
                {
                    rows.Add(Faults[i].Name, later.Name);
                }
            }

            return rows;

            static string NameOf(string change) => change[..change.IndexOf('=', StringComparison.Ordinal)];
        }
    }

    [Theory]
    [MemberData(nameof(EachFault))]
    public void Fault_is_answered_with_its_code_by_page_or_redirect(string fault) => AssertAnswered(Named(fault), Named(fault).Change);

    [Theory]
    [MemberData(nameof(PairsOfFaults))]
    public void Earlier_fault_wins(string first, string second)
    {
        // Both orders on the wire: only the order of the rules may count.
        AssertAnswered(Named(first), $"{Named(first).Change}&{Named(second).Change}");
        AssertAnswered(Named(first), $"{Named(second).Change}&{Named(first).Change}");
    }

    [Theory]
    [MemberData(nameof(EachFault))]
    public void Description_is_public_ascii_text(string fault)
    {
        // RFC 6749 §5.2: %x20-21 / %x23-5B / %x5D-7E.
        var error = Check(Named(fault).Change) switch
        {
            AuthorizeVerdict.ShowPage page => page.Error,
            AuthorizeVerdict.Refuse refusal => refusal.Error,
            _ => throw new InvalidOperationException("Not refused."),
        };

        Assert.NotEmpty(error.Description);
        Assert.DoesNotContain(error.Description, c => c is < ' ' or '"' or '\\' or > '~');
        Assert.DoesNotContain(Long, error.Description, StringComparison.Ordinal);
    }

    private static Fault Named(string fault) => Faults.Single(f => f.Name == fault);

    private static void AssertAnswered(Fault fault, string change)
    {
        var verdict = Check(change);
        var error = verdict switch
        {
            AuthorizeVerdict.ShowPage page => page.Error,
            AuthorizeVerdict.Refuse refusal => refusal.Error,
            _ => throw new InvalidOperationException($"Not refused: {change}"),
        };

        Assert.Equal(fault.Code, error.Code);
        Assert.Contains(fault.Words, error.Description, StringComparison.Ordinal);
        Assert.Equal(fault.Page, verdict is AuthorizeVerdict.ShowPage);
        if (verdict is AuthorizeVerdict.Refuse { Return: var back })
        {
            Assert.Equal(RedirectUri, back.RedirectUri);
            Assert.Equal(change.Contains("state=", StringComparison.Ordinal) ? null : "st", back.State);
        }
    }

    /// <summary>One thing that can be wrong.</summary>
    /// <param name="Name">What, and the rule it breaks.</param>
    /// <param name="Change">The change of the right request that makes it so.</param>
    /// <param name="Page">Whether a page answers, or a redirect.</param>
    /// <param name="Code">The error code.</param>
    /// <param name="Words">Words of the description that no other fault has.</param>
    private sealed record Fault(string Name, string Change, bool Page, string Code, string Words);
}
