using Microsoft.AspNetCore.Http;
using Xenios.XSandbox.Apps;
using Xenios.XSandbox.Http;
using Xenios.XSandbox.OAuth1;
using Xenios.XSandbox.People;

namespace Xenios.XSandbox.Profile;

/// <summary>A request signed with a person's OAuth 1.0a token.</summary>
internal sealed record SignedCall(SignedRequest Request, SignedAccessToken Token, Person Person)
{
    public SandboxApp App => Request.App;
}

/// <summary>Finds out whose OAuth 1.0a token signed a request.</summary>
internal sealed class SignedCaller(SignatureCheck signatures, SignedTokens tokens, PersonDirectory people)
{
    public async Task<(SignedCall? Call, V1Error? Error)> IdentifyAsync(HttpContext http)
    {
        var (request, error) = await signatures.CheckAsync(http, tokens.FindAccessToken);
        if (error is not null)
        {
            return (null, error);
        }

        var token = (SignedAccessToken)request!.Token!;
        if (people.Find(token.PersonKey) is not { } person)
        {
            return (null, V1Error.InvalidToken);
        }

        CallNotes.Of(http).Person = person.Key;
        return (new(request, token, person), null);
    }
}
