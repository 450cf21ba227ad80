using Microsoft.AspNetCore.Components;

namespace Xenios.Server.SignIn;

/// <summary>Draws the logo of a connection's kind, or a key where there is none; readers never hear it.</summary>
public sealed partial class ConnectionLogo
{
    /// <summary>Kind of the connection, such as <c>x</c>.</summary>
    [Parameter, EditorRequired]
    public string? Kind { get; set; }
}
