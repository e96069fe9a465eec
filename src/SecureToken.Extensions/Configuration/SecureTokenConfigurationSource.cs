using Microsoft.Extensions.Configuration;
using SecureToken.Core.Diagnostics;
using SecureToken.Extensions.Refreshing;
using SecureToken.Extensions.Sources;

namespace SecureToken.Extensions.Configuration;

/// <summary>
/// A source of configuration. A configuration may be built several times from it, and it is not to fetch a token each time: what holds the
/// token is shared until the last provider is disposed.
/// </summary>
internal sealed class SecureTokenConfigurationSource(SecureTokenOptions options) : IConfigurationSource
{
    private readonly Lock _gate = new();
    private FollowedToken? _shared;
    private int _users;

    public SecureTokenOptions Options => options;

    public IConfigurationProvider Build(IConfigurationBuilder builder)
    {
        lock (_gate)
        {
            if (_shared is null)
            {
                _shared = RefresherFactory.Create(options).Succeeded(out FollowedToken? made, out Failure? failure)
                    ? made : throw new SecureTokenException(failure);
            }

            _users++;
            return new SecureTokenConfigurationProvider(this, _shared.Refresher);
        }
    }

    /// <summary>A provider is not used any more.</summary>
    public void Release()
    {
        lock (_gate)
        {
            if (--_users == 0)
            {
                _shared!.Dispose();
                _shared = null;
            }
        }
    }
}

/// <summary>Has the token under its key, and tells when it is another one.</summary>
internal sealed class SecureTokenConfigurationProvider : ConfigurationProvider, IDisposable
{
    private readonly SecureTokenConfigurationSource _source;
    private bool _isLoaded;
    private bool _isReleased;

    public SecureTokenConfigurationProvider(SecureTokenConfigurationSource source, TokenRefresher refresher)
    {
        _source = source;
        Refresher = refresher;
        refresher.Changed += Update;
    }

    /// <summary>What holds the token.</summary>
    public TokenRefresher Refresher { get; }

    /// <summary>Reads the source, and waits for it: a configuration is loaded before the program goes on.</summary>
    public override void Load()
    {
        if (_isLoaded || Refresher.Current is null)
        {
            // Not on this thread: it may belong to a user interface, which would wait for itself.
            Task.Run(() => Refresher.RefreshAsync(RefreshTrigger.Load, Refresher.Current, CancellationToken.None)).GetAwaiter().GetResult();
        }

        if (!_isLoaded && Refresher.Current is null && !_source.Options.Optional)
        {
            Failure failure = Refresher.LastFailure ?? Failure.Of(DiagnosticDescriptors.Cancelled);
            Dispose();
            throw new SecureTokenException(failure);
        }

        _isLoaded = true;
        Take();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isReleased)
        {
            _isReleased = true;
            Refresher.Changed -= Update;
            _source.Release();
        }
    }

    /// <summary>Never the value.</summary>
    public override string ToString() => $"{nameof(SecureTokenConfigurationProvider)} ({Refresher.Key})";

    private void Take() => Data = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
    {
        [Refresher.Key] = Refresher.Current?.Value,
    };

    private void Update()
    {
        Take();
        OnReload();
    }
}
