using System.Text.Json.Serialization;

namespace Xenios.Sdk;

/// <summary>
/// How the wire records are written and read as JSON: snake_case names, nothing written for a member that is not given, closed values by their
/// exact wire names, a repeated member refused. Members a record does not know are skipped, so that an answer may say more than a request.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(ResourceDocument))]
[JsonSerializable(typeof(SignInList))]
[JsonSerializable(typeof(SignInStatistics))]
[JsonSerializable(typeof(SignInTimelineView))]
[JsonSerializable(typeof(EnvironmentResource))]
[JsonSerializable(typeof(SessionsResource))]
[JsonSerializable(typeof(SigningKeysResource))]
[JsonSerializable(typeof(SigningKeyList))]
[JsonSerializable(typeof(ResourceChangeList))]
[JsonSerializable(typeof(ProblemView))]
[JsonSerializable(typeof(AuditEventView))]
[JsonSerializable(typeof(AuditEventList))]
[JsonSerializable(typeof(AuditCheckView))]
[JsonSerializable(typeof(AdministratorResource))]
[JsonSerializable(typeof(AdministratorView))]
[JsonSerializable(typeof(AdministratorList))]
[JsonSerializable(typeof(SetupLinkView))]
[JsonSerializable(typeof(MeView))]
[JsonSerializable(typeof(DoctorReport))]
[JsonSerializable(typeof(ApplicationList))]
[JsonSerializable(typeof(SecretRotation))]
[JsonSerializable(typeof(RotatedSecret))]
[JsonSerializable(typeof(LoginFlowList))]
[JsonSerializable(typeof(ConnectionList))]
[JsonSerializable(typeof(CallbackList))]
[JsonSerializable(typeof(CredentialsResource))]
[JsonSerializable(typeof(CredentialsActivation))]
[JsonSerializable(typeof(CredentialsView))]
[JsonSerializable(typeof(ConnectionTestRequest))]
[JsonSerializable(typeof(ConnectionTestView))]
[JsonSerializable(typeof(EnvironmentList))]
[JsonSerializable(typeof(ApplicationResource))]
[JsonSerializable(typeof(JwksResource))]
[JsonSerializable(typeof(LoginFlowResource))]
[JsonSerializable(typeof(AttributeResource))]
[JsonSerializable(typeof(ConnectionResource))]
[JsonSerializable(typeof(PolicyResource))]
[JsonSerializable(typeof(UserResource))]
[JsonSerializable(typeof(UserView))]
[JsonSerializable(typeof(UserList))]
[JsonSerializable(typeof(IdentityView))]
[JsonSerializable(typeof(IdentityList))]
[JsonSerializable(typeof(HandleList))]
[JsonSerializable(typeof(SessionList))]
[JsonSerializable(typeof(UserExport))]
[JsonSerializable(typeof(UserImport))]
[JsonSerializable(typeof(ImportResult))]
[JsonSerializable(typeof(OrganizationResource))]
[JsonSerializable(typeof(OrganizationDomainResource))]
[JsonSerializable(typeof(OrganizationMemberResource))]
public sealed partial class XeniosJson : JsonSerializerContext;
