using System.Security.Cryptography.X509Certificates;

namespace SecureToken.Core.Http;

/// <summary>How long the network may take, and the seams for tests.</summary>
public sealed record TransportOptions
{
    /// <summary>One limit over all calls of a run, retries and bodies included.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>One limit over a single attempt, its body included.</summary>
    public TimeSpan Attempt { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>One limit over opening a connection.</summary>
    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Authorities that are trusted in addition to the system's.</summary>
    public CaBundle? Trust { get; init; }

    /// <summary>Whether proxies are left out.</summary>
    public bool IsDirect { get; init; }

    /// <summary>Reads environment variables (the proxy's). A build node's environment can differ from its process's.</summary>
    public Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Is told of each certificate that was accepted.</summary>
    internal Action<X509Certificate>? OnCertificate { get; init; }

    /// <summary>Replaces the network in tests.</summary>
    public Func<HttpMessageHandler>? Handler { get; init; }
}
