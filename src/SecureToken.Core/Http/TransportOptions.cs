using System.Security.Cryptography.X509Certificates;
using SecureToken.Core.Timing;

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

    /// <summary>The pauses between attempts; others in tests.</summary>
    internal Backoff Pauses { get; init; } = new(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(5));

    /// <summary>Authorities that are trusted beside the system's.</summary>
    public CaBundle? Trust { get; init; }

    /// <summary>Whether proxies are left out.</summary>
    public bool IsDirect { get; init; }

    /// <summary>
    /// Whether a call holds its thread until the headers of the answer are there, and a connection a thread until it is open. For a caller
    /// that waits anyway, such as a build task: hardly a method then has to be made fit to go on later
    /// (measured: What a due build compiles).
    /// </summary>
    public bool IsBlocking { get; init; }

    /// <summary>Reads environment variables (the proxy's). A build node's environment can differ from its process's.</summary>
    public Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;

    /// <summary>Is told of each request: when it begins, before another attempt, and when it is over. From any thread.</summary>
    public Action<RequestProgress>? Progress { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Is told of each certificate that was accepted.</summary>
    internal Action<X509Certificate>? OnCertificate { get; init; }

    /// <summary>Replaces the network in tests.</summary>
    public Func<HttpMessageHandler>? Handler { get; init; }
}
