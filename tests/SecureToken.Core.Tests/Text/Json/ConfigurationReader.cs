using Microsoft.Extensions.Configuration;

namespace SecureToken.Core.Tests.Text.Json;

/// <summary>The real reader of JSON settings.</summary>
internal static class ConfigurationReader
{
    /// <summary>Every key with its value. A key that only leads to others has the value null.</summary>
    public static SortedDictionary<string, string?> Read(byte[] document)
    {
        IConfiguration configuration = new ConfigurationBuilder().AddJsonStream(new MemoryStream(document)).Build();
        return new SortedDictionary<string, string?>(configuration.AsEnumerable().ToDictionary(), StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>What the reader gives besides a key: a parent of it without value is no difference.</summary>
    public static IEnumerable<string> Others(byte[] document, string key) =>
        from pair in Read(document)
        where !string.Equals(pair.Key, key, StringComparison.OrdinalIgnoreCase)
        where pair.Value is not null || !key.StartsWith(pair.Key + ":", StringComparison.OrdinalIgnoreCase)
        select $"{pair.Key.ToUpperInvariant()}={pair.Value ?? "null"}";
}
