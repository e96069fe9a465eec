using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using SecureToken.Core.Operations.Watch;
using SecureToken.Extensions;
using SecureToken.Extensions.Hosting;
using SecureToken.Extensions.Http;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Lets services and HTTP clients use the token of a team.</summary>
public static class SecureTokenServiceCollectionExtensions
{
    /// <summary>
    /// Follows a token without a configuration: only HTTP clients have it. It is read for the first request.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Says which token; null for what the environment variables say.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddSecureToken(this IServiceCollection services, Action<SecureTokenOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = new SecureTokenOptions();
        configure?.Invoke(options);
        services.TryAddSingleton<TokenRefreshers>();
        return services.AddSingleton(new TokenRegistration(options));
    }

    /// <summary>
    /// Sets the token on every request of an HTTP client to its instance, and on no other. After a response 401 the source of the token is
    /// read again, once for all requests. A request without a body, or with one in memory or of at most 64 KiB, is then repeated with the
    /// new token; another one returns 401 to its caller. A request that has an <c>Authorization</c> header keeps it.
    /// </summary>
    /// <param name="builder">The client.</param>
    /// <param name="key">The configuration key of the token.</param>
    /// <returns>The client.</returns>
    public static IHttpClientBuilder AddSecureToken(this IHttpClientBuilder builder, string key = SecureTokenOptions.DefaultKey)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(key);
        builder.Services.TryAddSingleton<TokenRefreshers>();
        return builder.AddHttpMessageHandler(services => new SecureTokenHandler(services.GetRequiredService<TokenRefreshers>().Find(key)));
    }

    /// <summary>
    /// Asks for every token now and then while the program runs, as <c>dotnet sectoken watch</c> does, so that a reset is noticed before a
    /// request meets it. A token from a file needs no poll.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="interval">The pause between two questions, from 5 seconds to a day; 60 seconds unless it is given.</param>
    /// <returns>The services.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The interval is too short or too long.</exception>
    public static IServiceCollection AddSecureTokenRefresh(this IServiceCollection services, TimeSpan? interval = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        TimeSpan pause = interval ?? new WatchTimes().Interval;
        ArgumentOutOfRangeException.ThrowIfLessThan(pause, WatchTimes.ShortestInterval, nameof(interval));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pause, WatchTimes.LongestInterval, nameof(interval));
        services.TryAddSingleton<TokenRefreshers>();
        services.AddSingleton(new RefreshInterval(pause));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, RefreshService>());
        return services;
    }

    /// <summary>
    /// Adds a health check: unhealthy while the last refresh failed, or while the service rejects the token and its source has no other. It
    /// sends no request.
    /// </summary>
    /// <param name="builder">The health checks.</param>
    /// <param name="key">The configuration key of the token.</param>
    /// <param name="name">The name of the check.</param>
    /// <param name="failureStatus">What is reported instead of unhealthy.</param>
    /// <param name="tags">The tags of the check.</param>
    /// <returns>The health checks.</returns>
    public static IHealthChecksBuilder AddSecureTokenHealthCheck(
        this IHealthChecksBuilder builder,
        string key = SecureTokenOptions.DefaultKey,
        string name = "secure-token",
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(key);
        builder.Services.TryAddSingleton<TokenRefreshers>();
        return builder.Add(new HealthCheckRegistration(
            name, services => new SecureTokenHealthCheck(services.GetRequiredService<TokenRefreshers>().Find(key)), failureStatus, tags));
    }
}
