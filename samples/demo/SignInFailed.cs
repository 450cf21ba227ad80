namespace Xenios.Demo;

/// <summary>Why a sign-in ended early, in words for the person. Thrown anywhere on the walk, shown in one place.</summary>
internal sealed class SignInFailed(string code, string heading, string text, string? details = null, int status = StatusCodes.Status400BadRequest)
    : Exception(heading)
{
    public string Code => code;

    public string Heading => Message;

    public string Text => text;

    /// <summary>For developers: which check failed, or what the server answered.</summary>
    public string? Details => details;

    public int Status => status;

    public bool CanTryAgain => status != StatusCodes.Status404NotFound;

    public static SignInFailed SaidNo(string? details) =>
        new("access_denied", "You did not sign in", "You said no, or the server did not let you in. Nothing was changed.", details);

    public static SignInFailed Refused(string details) =>
        new("refused", "The server did not sign you in", "It gave the reason below. Trying again may be enough.", details);

    public static SignInFailed Unknown(string home) =>
        new("state_unknown", "Let us start again", "This sign-in is too old, was used already, or began elsewhere.",
            $"The response carries no state that this browser was given. Cookies belong to one address: open the demo as {home}");

    public static SignInFailed NotTrusted(string details) =>
        new("check_failed", "We could not trust the answer", "The answer did not pass a check, so the demo did not let it in.", details);

    public static SignInFailed NotReachable(string authority, string details) =>
        new("server_unreachable", "The identity server does not answer", $"The demo asked {authority}. Start it, or try again in a minute.", details,
            StatusCodes.Status502BadGateway);

    public static SignInFailed OurFault() =>
        new("our_fault", "Something broke on our side", "It has been written down. Please try again.",
            status: StatusCodes.Status500InternalServerError);

    public static SignInFailed NoSuchPage() =>
        new("not_found", "This page does not exist", "The demo has only one page.", status: StatusCodes.Status404NotFound);
}
