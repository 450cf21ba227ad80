using Microsoft.Extensions.DependencyInjection;

namespace Xenios.Testing;

/// <summary>What a test may choose about its server.</summary>
public sealed class XeniosHostOptions
{
    /// <summary>The resource file; <see cref="XeniosHost.Resources"/> unless set.</summary>
    public string Resources { get; set; } = XeniosHost.Resources;

    /// <summary>Further resource documents, applied in order after the first: more applications, or another environment.</summary>
    public List<string> MoreResources { get; } = [];

    /// <summary>Host settings beside those every test has.</summary>
    public Dictionary<string, string?> Settings { get; } = [];

    /// <summary>Run on PostgreSQL: the connection string of a server whose databases may be created.</summary>
    public string? Postgres { get; set; }

    /// <summary>A data folder to start on again; a new one unless set.</summary>
    public string? Data { get; set; }

    /// <summary>How long a visit to an upstream may take on the real clock; the product's own limit unless set.</summary>
    public TimeSpan? VisitLimit { get; set; }

    /// <summary>Replaces parts.</summary>
    public Action<IServiceCollection>? Services { get; set; }
}
