namespace SecureToken.Build.Tests.Support;

/// <summary>What the server was asked: the only witness of how often a build asks.</summary>
public sealed record Requests(int Iam, int Token, int Proof)
{
    public static readonly Requests None = new(0, 0, 0);

    /// <summary>One exchange, one token, one proof of its team.</summary>
    public static readonly Requests Once = new(1, 1, 1);

    public static Requests Times(int count) => new(count, count, count);

    public static Requests Of(EmulatorServer server)
    {
        ArgumentNullException.ThrowIfNull(server);
        return new Requests(server.Count("POST", "/identity/token"), server.Count("GET", "/api/token"), server.Count("GET", "/api/users/me"));
    }
}
