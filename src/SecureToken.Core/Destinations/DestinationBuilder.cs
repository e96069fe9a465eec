using SecureToken.Core.Diagnostics;
using SecureToken.Core.Settings;
using SecureToken.Core.Storage;

namespace SecureToken.Core.Destinations;

/// <summary>Makes destinations of what the user named. The first fault is kept and told by <see cref="Build"/>.</summary>
public sealed class DestinationBuilder
{
    private readonly ConfigurationKey _key;
    private readonly IReadOnlyList<string> _names;
    private readonly Func<string, string?> _environment;
    private readonly string _baseDirectory;
    private readonly List<Destination> _destinations = [];
    private Failure? _failure;

    /// <summary>A builder with the defaults of all destinations.</summary>
    /// <param name="key">The configuration key.</param>
    /// <param name="names">Environment names; empty for the one that belongs to the key.</param>
    /// <param name="environment">Reads environment variables.</param>
    /// <param name="baseDirectory">What relative paths start from.</param>
    public DestinationBuilder(ConfigurationKey key, IReadOnlyList<string> names, Func<string, string?> environment, string baseDirectory)
    {
        _key = key;
        _names = names;
        _environment = environment;
        _baseDirectory = baseDirectory;
    }

    /// <summary>Adds what was made of the user's words; the same place twice is a fault.</summary>
    public DestinationBuilder Add(IEnumerable<Result<Destination>> made)
    {
        ArgumentNullException.ThrowIfNull(made);
        foreach (Result<Destination> result in made)
        {
            if (result.Succeeded(out Destination? destination, out Failure? failure))
            {
                if (_destinations.Exists(other => other.Location == destination.Location && other.Slot == destination.Slot))
                {
                    failure = Failure.Of(Known.SettingsConflict, $"{destination.Kind} {destination.Location}", "the same destination again");
                }

                _destinations.Add(destination);
            }

            _failure ??= failure;
        }

        return this;
    }

    /// <summary>All destinations, or the first fault.</summary>
    public Result<IReadOnlyList<Destination>> Build() => _failure is null ? _destinations : _failure;

    /// <summary>The destination that a ledger remembers.</summary>
    public static Result<Destination> Remembered(LedgerPlace place, Func<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(place);
        if (place.Kind == "dotenv")
        {
            return new DestinationBuilder(ConfigurationKey.Default, place.Slot.Split(", "), environment, "/").Dotenv(place.Location);
        }

        return ConfigurationKey.Parse(place.Slot).Succeeded(out ConfigurationKey? key, out Failure? failure)
            ? new DestinationBuilder(key, [], environment, "/").Json(place.Location)
            : failure;
    }

    /// <summary>User-secrets of an id.</summary>
    public Result<Destination> UserSecrets(string id) =>
        Destinations.UserSecrets.Of(id, _key, _environment).Succeeded(out UserSecrets? destination, out Failure? failure) ? destination : failure;

    /// <summary>A dotenv file.</summary>
    public Result<Destination> Dotenv(string path) => Dotenv(path, _names);

    /// <summary>A dotenv file with names of its own.</summary>
    public Result<Destination> Dotenv(string path, IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        List<string> checkedNames = [];
        foreach (Result<string> name in names.Count == 0 ? [_key.ToEnvironmentName()] : names.Select(ConfigurationKey.ParseEnvironmentName))
        {
            if (!name.Succeeded(out string? value, out Failure? failure))
            {
                return failure;
            }

            if (!checkedNames.Contains(value))
            {
                checkedNames.Add(value);
            }
        }

        return File(path, (absolute, lockFile) => new DotenvFile(absolute, lockFile, checkedNames));
    }

    /// <summary>A JSON file.</summary>
    public Result<Destination> Json(string path) => File(path, (absolute, lockFile) => new JsonFile(absolute, lockFile, _key));

    private Result<Destination> File(string path, Func<string, string, Destination> make)
    {
        if (string.IsNullOrWhiteSpace(path) || path.Any(char.IsControl))
        {
            return Failure.Of(Known.SettingInvalid, "The path of a destination", new string([.. (path ?? string.Empty).Where(character => !char.IsControl(character))]), "it is empty or has control characters");
        }

        string absolute = Path.GetFullPath(path, _baseDirectory);
        return StateDirectory.LockFileFor(absolute, _environment).Succeeded(out string? lockFile, out Failure? failure) ? make(absolute, lockFile) : failure;
    }
}
