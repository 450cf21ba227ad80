using System.Collections.Frozen;

namespace Xenios.Server.Audit;

/// <summary>What a code of the catalogue means, for administrators.</summary>
/// <param name="Title">What happened.</param>
/// <param name="Remedy">What to do.</param>
internal sealed record ErrorEntry(string Title, string Remedy);

/// <summary>Every code that a sign-in can end with, or a look at the server can find, in words (ux part 4). docs/errors.md is the same table; a test compares them.</summary>
internal static class ErrorCatalogue
{
    /// <summary>All entries by code.</summary>
    public static readonly FrozenDictionary<string, ErrorEntry> All = new (string[] Codes, string Title, string Remedy)[]
    {
        (["invalid_client"], "the application's client_id is missing, repeated or unknown", "correct the application's settings"),
        (["invalid_request"], "redirect_uri is missing or not registered, or was removed while the person signed in, or the request cannot be read", "register exactly the address that is sent"),
        (["invalid_request_uri"], "a pushed request is unknown, expired, already used, or another client's, or its redirect_uri was removed", "push it again"),
        (["no_way_in"], "the application offers no usable connection", "switch one on; outside production blank credentials need the sandbox"),
        (["email_malformed"], "what was typed is not one plain address", "type one address"),
        (["code_wrong"], "not the code", "use the newest message"),
        (["code_too_old"], "the code is older than 10 minutes or used up", "ask for a new one"),
        (["too_many_tries"], "five wrong codes, or too many mails, codes, passwords or sign-ins from one network within a while", "wait until the time shown"),
        (["server_busy"], "as many passwords are being checked as the machine has cores, and 32 wait", "try again"),
        (["mail_not_sent"], "the mail server did not take the mail", "see the log, event 120"),
        (["email_belongs_to_account"], "the address belongs to an account that stays apart", "another address, or the old way in"),
        (["link_not_agreed"], "the box was not ticked", "tick it, or keep the two apart"),
        (["sign_in_needed"], "the code was right, but sign_in_to_link lets nobody in by the mailbox alone, and the account has no password", "another way in"),
        (["password_wrong"], "no such name, or not its password", "try again, or another way in"),
        (["username_taken"], "somebody has this name", "the one in the field is free"),
        (["username_malformed", "password_unsuitable"], "a name is 1 to 64 of A–Z a–z 0–9 . _ -, a password has 8 to 256 characters", "another one"),
        (["sign_up_closed"], "the connection's policy takes nobody new, or nobody here has the address", "policy.on_no_match"),
        (["local_account_needed"], "the application insists on a local account, and the connection makes none", "local_subject of the application, policy.jit"),
        (["access_denied"], "the person said no, at X or to what the application asked for", "nothing; the person may try again"),
        (["email_needed"], "X gave no email and the policy turns such people away", "policy.missing_email"),
        (["connection_unavailable"], "the connection was switched off, deleted or taken from the application meanwhile", "switch it on"),
        (["account_blocked"], "the account is blocked", "unblock it"),
        (["journey_unknown", "journey_expired", "journey_finished"], "the page was open longer than 30 minutes, or the sign-in is over", "start again"),
        (["form_foreign", "form_unreadable"], "a form that did not come from our page in this browser", "send it again from the page"),
        (["callback_without_state", "callback_unknown", "callback_repeated", "callback_late"], "a return from X that belongs to no open visit", "start again"),
        (["other_browser"], "the sign-in began in another browser", "finish there, or start again here"),
        (["cookies_blocked"], "the browser sends no cookie", "allow cookies for this address"),
        (["connection_test_over"], "the address of a connection test was used, is older than ten minutes, or came back to another browser", "begin the test again"),
        (["not_an_administrator"], "the password was right, but the account is not an administrator's", "another account, or xenios admin create"),
        (["A-11"], "a setup link that was used, is older than 30 minutes, or was made before an administrator was added, removed, blocked or deleted", "xenios setup-link prints a new one"),
        (["email_taken"], "another user has confirmed this email", "another one, or xenios admin create for that user"),
        (["not_found"], "no such page", "follow the application's link again"),
        (["internal_error"], "a bug or a broken dependency", "the log has the rest under the support code"),
        (["A-02"], "the server was opened by a name that is not its Url", "set Url, or let the proxy pass the host"),
        (["logout_unproved"], "sign-out was asked for without an ID token of this session, or with an address that is not registered", "confirm on the page"),
        (["login_required"], "the sign-in was not the one the application asked for: somebody else came, or nothing proved that it is fresh", "see the request's id_token_hint, claims, prompt and max_age"),
        (["temporarily_unavailable"], "the connection's service was not available, and the person went back to the application", "wait"),
        (["server_error"], "the connection could not be used, and the person went back to the application", "see the timeline's earlier lines"),
        (["invalid_grant"], "the application's code was too old, used before, or did not fit its client, redirect_uri or code_verifier, or the person was blocked or signed out meanwhile", "redeem each code once, within 60 seconds, with the values of its own request"),
        (["invalid_target"], "the application asked for tokens for an API that the sign-in was not for", "name the same resource in both requests"),
        (["X-101"], "X does not know this Client ID or API Key", "copy it again; the API Key belongs to OAuth 1.0a, the Client ID to OAuth 2.0"),
        (["X-102"], "X rejects the secret", "make a new secret at X and enter it at the connection; the old one stops at once"),
        (["X-103"], "the app's type and the way of authenticating do not fit", "a Web App needs its secret, a Native App has none"),
        (["X-104"], "the callback is not registered", "register exactly the address in the log or in With real X"),
        (["X-105"], "X refuses the profile", "scopes tweet.read and users.read; app permission Read; over OAuth 1.0a the plan may lack the call, then sign-in goes on without email"),
        (["X-106"], "the app is not enrolled", "move it to a package with environment Production"),
        (["X-107"], "no credit left, or the cap is reached", "add credit or raise the limit at X"),
        (["X-108"], "X has suspended the app", "read X's mail, appeal"),
        (["X-109"], "X limits us until the time shown", "wait"),
        (["X-110"], "X answered 5xx or not within 10 seconds", "wait"),
        (["X-111"], "X cannot be reached, or something before it answers", "name resolution, TLS, egress address"),
        (["X-112"], "the code or request token was used up, or a clock is wrong", "start again; check this server's clock"),
        (["X-113"], "X sent the browser back with an error", "callback, Client ID, app type, permissions"),
        (["X-114"], "no email although asked for; sign-in goes on", "Request email from users at X; scope users.email; the person may have none"),
        (["X-115"], "an answer of unknown shape", "tell us, with secrets blanked"),
        (["X-118"], "X has suspended this person's account", "the person, at X"),
        (["X-119"], "X has locked this person's account until it is unlocked there", "the person, at X"),
        (["A-01"], "the port is taken by another program", "start with another --url, or stop the other program"),
        (["A-03"], "http on a name that is not this computer: browsers would send cookies in the clear", "use https, or http://127.0.0.1 for trying out"),
        (["A-04"], "mail is not set up, or its server does not answer", "set Mail:Host, Mail:From and what the server needs"),
        (["A-05"], "the data folder cannot be written, its disk is nearly full, or the database does not answer", "make room, or correct owner and mode of the folder named in Data; see the database's own log"),
        (["A-06"], "the database is from a newer version than this program", "start the newer version, or restore the backup made before the upgrade"),
        (["A-07"], "two servers use the same data folder", "stop one, or move to PostgreSQL, which any number of servers share"),
        (["A-08"], "this server's clock is off: tokens and X's code, which lives 30 seconds, will fail", "let the machine set its clock by NTP"),
        (["A-09"], "a signing key is older than 90 days and nothing is going to change it", "xenios keys rotate, or set signing_keys.rotation_days of the environment"),
        (["A-12"], "the X sandbox is on and the address is public: anybody can sign in as its people", "set Sandbox to off"),
        (["credentials_missing"], "a connection has no credentials, and nothing stands in for them", "enter those of your X app; outside production SharedX or the sandbox can stand in"),
    }.SelectMany(row => row.Codes, (row, code) => (Code: code, Entry: new ErrorEntry(row.Title, row.Remedy))).ToFrozenDictionary(row => row.Code, row => row.Entry, StringComparer.Ordinal);

    /// <summary>What a code means; for a code of another version of this program, no more than the code.</summary>
    /// <param name="code">The code.</param>
    public static ErrorEntry Find(string code) => All.GetValueOrDefault(code) ?? new ErrorEntry(code, "see the log under the support code");
}
