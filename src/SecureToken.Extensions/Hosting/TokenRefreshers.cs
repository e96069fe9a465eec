using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SecureToken.Core.Diagnostics;
using SecureToken.Extensions.Configuration;
using SecureToken.Extensions.Refreshing;
using SecureToken.Extensions.Sources;

namespace SecureToken.Extensions.Hosting;

/// <summary>The tokens that services asked to follow, apart from the configuration.</summary>
internal sealed record TokenRegistration(SecureTokenOptions Options);

/// <summary>Every token of a program: those of its configuration, and those of its services.</summary>
internal sealed class TokenRefreshers : IDisposable
{
    private readonly List<FollowedToken> _own = [];
    private readonly List<TokenRefresher> _all = [];

    public TokenRefreshers(IServiceProvider services, IEnumerable<TokenRegistration> registrations)
    {
        ILogger logger = services.GetService<ILoggerFactory>()?.CreateLogger("SecureToken.Extensions") ?? NullLogger.Instance;
        if (services.GetService<IConfiguration>() is IConfigurationRoot root)
        {
            AddOf(root);
        }

        foreach (TokenRegistration registration in registrations)
        {
            if (!RefresherFactory.Create(registration.Options).Succeeded(out FollowedToken? made, out Failure? failure))
            {
                Dispose();
                throw new SecureTokenException(failure);
            }

            _own.Add(made);
            _all.Add(made.Refresher);
        }

        foreach (TokenRefresher refresher in _all)
        {
            refresher.LogTo(logger);
        }
    }

    /// <summary>All of them.</summary>
    public IReadOnlyList<TokenRefresher> All => _all;

    /// <summary>The token with a key; the one that was added last, as for any key of a configuration.</summary>
    public TokenRefresher Find(string key) =>
        _all.FindLast(refresher => string.Equals(refresher.Key, key, StringComparison.OrdinalIgnoreCase))
        ?? throw new SecureTokenException(Failure.Of(DiagnosticDescriptors.NoTokenSource, key));

    public void Dispose() => _own.ForEach(followed => followed.Dispose());

    private void AddOf(IConfigurationRoot root)
    {
        foreach (IConfigurationProvider provider in root.Providers)
        {
            if (provider is SecureTokenConfigurationProvider own)
            {
                _all.Add(own.Refresher);
            }
            else if (provider is ChainedConfigurationProvider { Configuration: IConfigurationRoot inner })
            {
                AddOf(inner);
            }
        }
    }
}
