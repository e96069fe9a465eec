using SecureToken.Extensions;
using SecureToken.Extensions.Configuration;

namespace Microsoft.Extensions.Configuration;

/// <summary>Adds the token of a team to a configuration.</summary>
public static class SecureTokenConfigurationExtensions
{
    /// <summary>
    /// Adds the token under its key. It is read now, and again when the service rejects it, when its file changes, or when a hosted refresh
    /// finds another one. <c>IOptionsMonitor</c> and reload tokens tell of it.
    /// </summary>
    /// <param name="builder">The configuration.</param>
    /// <param name="configure">Says which token; null for what the environment variables say.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="SecureTokenException">The settings are wrong, or there is no token and it is not optional.</exception>
    public static IConfigurationBuilder AddSecureToken(this IConfigurationBuilder builder, Action<SecureTokenOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new SecureTokenOptions();
        configure?.Invoke(options);
        return builder.Add(new SecureTokenConfigurationSource(options));
    }
}
