using Microsoft.AspNetCore.Http;
using Xenios.XSandbox.Http;

namespace Xenios.XSandbox.People;

/// <summary>The person a script names, so that a consent page answers at once: query or cookie <c>sandbox_person</c>.</summary>
/// <param name="Person">The person, or null when none is named.</param>
/// <param name="IsUnknown">Whether the query names somebody who does not exist.</param>
internal readonly record struct NamedPerson(Person? Person, bool IsUnknown)
{
    private const string Name = "sandbox_person";

    public static NamedPerson Of(HttpRequest request, PersonDirectory people)
    {
        if (RequestBody.Query(request)[Name] is { } key)
        {
            return people.Find(key) is { } person ? new(person, false) : new(null, true);
        }

        // A stale cookie must not lock a human out: they get the page.
        return new(people.Find(request.Cookies[Name]), false);
    }
}
