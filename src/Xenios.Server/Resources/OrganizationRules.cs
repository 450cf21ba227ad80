using Xenios.Sdk;

namespace Xenios.Server.Resources;

/// <summary>Which organizations may be stored.</summary>
internal static class OrganizationRules
{
    /// <summary>Refuses what is wrong with an organization.</summary>
    /// <param name="at">Where it stands.</param>
    /// <param name="organization">The organization.</param>
    /// <param name="known">Users and connections that exist.</param>
    public static void Check(FieldScope at, OrganizationResource organization, KnownResources known)
    {
        if (organization.Slug is not { Length: > 0 } slug)
        {
            at.Field("slug").Refuse(FieldCode.Required, "every organization needs a slug");
        }
        else
        {
            at.Field("slug").RefuseIf(FieldCode.Malformed, TextRules.Slug(slug));
        }

        TextRules.CheckLength(at.Field("name"), organization.Name, 1, 100);
        foreach (var (index, domain) in (organization.Domains ?? []).Index())
        {
            CheckDomain(at.Field("domains").Item(index), domain, known.Kind);
        }

        foreach (var (index, member) in (organization.Members ?? []).Index())
        {
            CheckMember(at.Field("members").Item(index), member, known);
        }

        at.Field("members").RefuseRepeated((organization.Members ?? []).Select(member => member.User), "user", StringComparer.OrdinalIgnoreCase);
        LoginFlowRules.CheckConnections(at.Field("connections"), organization.Connections ?? [], known);
    }

    /// <summary>Refuses a host that stands twice, in one organization or in two: a host implies one organization.</summary>
    /// <param name="at">Where the organizations stand.</param>
    /// <param name="organizations">All of them.</param>
    public static void CheckDomains(FieldScope at, IReadOnlyList<OrganizationResource> organizations)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (number, organization) in organizations.Index())
        {
            foreach (var (index, domain) in (organization.Domains ?? []).Index())
            {
                if (domain.Host is { } host && !seen.Add(host))
                {
                    at.Item(number).Field("domains").Item(index).Field("host").Refuse(
                        FieldCode.Duplicate,
                        "this host stands twice; it can belong to one organization only");
                }
            }
        }
    }

    private static void CheckDomain(FieldScope at, OrganizationDomainResource domain, EnvironmentKind kind)
    {
        if (domain.Host is not { Length: > 0 } host)
        {
            at.Field("host").Refuse(FieldCode.Required, "a domain needs a host");
        }
        else
        {
            at.Field("host").RefuseIf(FieldCode.Malformed, AddressRules.Host(host));
        }

        if (domain.Scheme == DomainScheme.Http && kind == EnvironmentKind.Production)
        {
            at.Field("scheme").Refuse(FieldCode.NotAllowed, "http is not allowed in a production environment");
        }
    }

    private static void CheckMember(FieldScope at, OrganizationMemberResource member, KnownResources known)
    {
        if (member.User is not { Length: > 0 } user)
        {
            at.Field("user").Refuse(FieldCode.Required, "a member needs a user");
        }
        else if (!known.HasUser(user))
        {
            at.Field("user").Refuse(FieldCode.UnknownReference, "no user has this username or email");
        }

        foreach (var (index, role) in (member.Roles ?? []).Index())
        {
            at.Field("roles").Item(index).RefuseIf(FieldCode.Malformed, TextRules.Role(role));
        }

        at.Field("roles").RefuseRepeated(member.Roles ?? []);
    }
}
