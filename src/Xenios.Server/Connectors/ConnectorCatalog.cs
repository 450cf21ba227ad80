using Xenios.Sdk;
using Xenios.Server.Connectors.X;

namespace Xenios.Server.Connectors;

/// <summary>Which connector serves which kind of connection: the one list of them.</summary>
internal static class ConnectorCatalog
{
    /// <summary>The connector of a connection.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="protocol">Its protocol, where the kind has several.</param>
    /// <returns>Null for a kind that has no connector yet.</returns>
    public static IConnector? Find(ConnectionKind kind, ConnectionProtocol protocol) => kind switch
    {
        ConnectionKind.X => protocol == ConnectionProtocol.OAuth1a ? XOAuth1.Instance : XOAuth2.Instance,
        _ => null,
    };
}
