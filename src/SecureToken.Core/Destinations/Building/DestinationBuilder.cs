using SecureToken.Core.Destinations.Files;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;
using SecureToken.Core.Interop;
using SecureToken.Core.Settings;
using SecureToken.Core.State;
using SecureToken.Core.Text.Kubernetes;

namespace SecureToken.Core.Destinations.Building;

/// <summary>Makes destinations of what the user named. The first fault is kept and told by <see cref="Build"/>.</summary>
public sealed partial class DestinationBuilder
{
    private readonly Func<string, string?> _environment;
    private readonly string _baseDirectory;
    private readonly List<Destination> _destinations = [];
    private readonly PlaceSet _places = new();
    private Failure? _failure;

    /// <summary>A builder.</summary>
    /// <param name="environment">Reads environment variables.</param>
    /// <param name="baseDirectory">What relative paths start from.</param>
    public DestinationBuilder(Func<string, string?> environment, string baseDirectory)
    {
        _environment = environment;
        _baseDirectory = baseDirectory;
    }

    /// <summary>The configuration key of destinations that have none of their own.</summary>
    public ConfigurationKey Key { get; init; } = ConfigurationKey.Default;

    /// <summary>The environment names of destinations that have none of their own; empty for the one that belongs to the key.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>What is stored.</summary>
    public ValueTemplate Template { get; init; } = ValueTemplate.TokenAlone;

    /// <summary>Where the settings name the destination, see <see cref="Destination.DeclaredAt"/>.</summary>
    public string? DeclaredAt { get; init; }

    /// <summary>What is known of directories, for the next destinations as well.</summary>
    internal KnownDirectories Directories { get; init; } = new();

    /// <summary>Adds what was made of the user's words; the same place twice is a fault.</summary>
    public DestinationBuilder Add(IEnumerable<Result<Destination>> made)
    {
        ArgumentNullException.ThrowIfNull(made);
        foreach (Result<Destination> result in made)
        {
            if (result.Succeeded(out Destination? destination, out Failure? failure))
            {
                if (!_places.TryAdd(destination))
                {
                    failure = Again(destination);
                }

                _destinations.Add(destination);
            }

            _failure ??= failure;
        }

        return this;
    }

    /// <summary>All destinations, or the first fault.</summary>
    public Result<IReadOnlyList<Destination>> Build() => _failure is null ? _destinations : _failure;

    /// <summary>Whether two destinations are one place, so that one of two tokens would be lost.</summary>
    public static bool IsSamePlace(Destination one, Destination other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        bool isOneLocation = one is FileDestination file && other is FileDestination second
            ? file.Identity == second.Identity : one.Location == other.Location;
        if (one is KubernetesSecret secret && other is KubernetesSecret another)
        {
            return isOneLocation && secret.IsSameSlot(another);
        }

        StringComparer comparer = one is JsonFile ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;
        return isOneLocation && one.Slot.Split(", ").Intersect(other.Slot.Split(", "), comparer).Any();
    }

    /// <summary>The fault of a place that is named twice.</summary>
    public static Failure Again(Destination destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return Failure.Of(
            DiagnosticDescriptors.SettingsConflict, $"{destination.Kind} {destination.Location}", "the same destination again")
            .At(destination.DeclaredAt);
    }

    /// <summary>Whether the location of a destination of this kind is the path of a file.</summary>
    public static bool IsOfFile(string kind) => LedgerPlace.IsOfFile(kind);

    /// <summary>The destination that a ledger remembers. A ledger can be forged: what it says is checked as what a user says.</summary>
    public static Result<Destination> Remembered(LedgerPlace place, Func<string, string?> environment) =>
        Remembered(place, environment, new KnownDirectories());

    /// <summary>The same, of one place of many.</summary>
    internal static Result<Destination> Remembered(LedgerPlace place, Func<string, string?> environment, KnownDirectories directories)
    {
        ArgumentNullException.ThrowIfNull(place);
        Result<Destination> made = OfPlace(place, environment, directories);
        if (made.Failure is null)
        {
            made.Value.DeclaredReloads = place.Reloads;
        }

        return made;
    }

    private static Result<Destination> OfPlace(LedgerPlace place, Func<string, string?> environment, KnownDirectories directories)
    {
        if (IsOfFile(place.Kind)
            && (!Path.IsPathFullyQualified(place.Location) || Path.GetFileName(place.Location).Length == 0
            || PathRules.HasControl(place.Location)))
        {
            return NotRebuilt(place);
        }

        ValueTemplate? template = ValueTemplate.TokenAlone;
        if (place.Value is { } value && !ValueTemplate.Parse(value).Succeeded(out template, out Failure? failure))
        {
            return failure;
        }

        // A full path needs no directory to start from; its own is one on every system.
        string directory = Path.GetDirectoryName(place.Location) ?? string.Empty;
        switch (place.Kind)
        {
            case "dotenv":
                string[] names = place.Slot.Contains(',', StringComparison.Ordinal) ? place.Slot.Split(", ") : [place.Slot];
                return Builder(ConfigurationKey.Default, names).Dotenv(place.Location);
            case "json" or "user-secrets":
                return !ConfigurationKey.Parse(place.Slot).Succeeded(out ConfigurationKey? key, out Failure? fault) ? fault
                    : place.Kind == "json" ? Builder(key, []).Json(place.Location)
                    : new UserSecretsFile(place.Location, key) { Template = template };
            case "kubernetes":
                return KubernetesSecret.ParseSlot(place.Slot).Succeeded(out ManifestKey? slot, out fault)
                    ? Builder(ConfigurationKey.Default, []).Kubernetes(place.Location, slot)
                    : fault;
            default:
                return NotRebuilt(place);
        }

        DestinationBuilder Builder(ConfigurationKey key, IReadOnlyList<string> names) =>
            new(environment, directory) { Key = key, Names = names, Template = template, Directories = directories };
    }

    /// <summary>User-secrets of an id.</summary>
    public Result<Destination> UserSecrets(string id) =>
        UserSecretsFile.PathOf(id, _environment).Succeeded(out string? path, out Failure? failure)
            ? new UserSecretsFile(path, Key) { Template = Template, DeclaredAt = DeclaredAt }
            : failure;

    /// <summary>A dotenv file.</summary>
    public Result<Destination> Dotenv(string path)
    {
        List<string> names = [];
        foreach (Result<string> name in Names.Count == 0 ? [Key.ToEnvironmentName()] : Names.Select(ConfigurationKey.ParseEnvironmentName))
        {
            if (!name.Succeeded(out string? value, out Failure? failure))
            {
                return failure;
            }

            if (!names.Contains(value))
            {
                names.Add(value);
            }
        }

        return File(
            path, (absolute, lockFile) => new DotenvFile(absolute, lockFile, names) { Template = Template, DeclaredAt = DeclaredAt });
    }

    /// <summary>A JSON file.</summary>
    public Result<Destination> Json(string path) =>
        File(path, (absolute, lockFile) => new JsonFile(absolute, lockFile, Key) { Template = Template, DeclaredAt = DeclaredAt });

    /// <summary>A key of a Secret in a manifest.</summary>
    public Result<Destination> Kubernetes(string path, ManifestKey slot) =>
        File(path, (absolute, lockFile) => new KubernetesSecret(absolute, lockFile, slot) { Template = Template, DeclaredAt = DeclaredAt });

    /// <summary>A key of a Secret in a manifest, see <see cref="KubernetesSecret.SlotOf"/>.</summary>
    public Result<Destination> Kubernetes(
        string path, string secret, string? inNamespace = null, string? key = null, string? form = null) =>
        KubernetesSecret.SlotOf(secret, inNamespace, key, form).Succeeded(out ManifestKey? slot, out Failure? failure)
            ? Kubernetes(path, slot) : failure;

    // No terminal obeys what a forged ledger says.
    private static Failure NotRebuilt(LedgerPlace place) =>
        Failure.Of(DiagnosticDescriptors.DestinationNotRebuilt, PrintableText.Of(place.Kind, 300), PrintableText.Of(place.Location, 300));

    private Result<Destination> File(string path, Func<string, string?, Destination> make)
    {
        if (string.IsNullOrWhiteSpace(path) || PathRules.HasControl(path))
        {
            return Failure.Of(
                DiagnosticDescriptors.SettingInvalid, "The path of a destination",
                PrintableText.Of(path ?? string.Empty),
                "it is empty or has control characters");
        }

        if (path[0] == '~' && (path.Length == 1 || path[1] is '/' or '\\'))
        {
            return Failure.Of(DiagnosticDescriptors.TildeNotExpanded, path);
        }

        string absolute = Path.GetFullPath(path, _baseDirectory);
        if (!CanonicalPath.Of(absolute, Directories.Canonical).Succeeded(out string? canonical, out Failure? failure))
        {
            return failure;
        }

        // The secrets file of a project is one file with one lock, also for who names it by its path. Without a home there is no place for
        // a lock file; each write is safe without it.
        return ForbiddenPlaces.Refusal(path, canonical, _environment, Directories) is { } refused ? refused
            : UserSecretsFile.IsStore(canonical) ? make(absolute, UserSecretsFile.LockFileOf(canonical))
            : StateOf().Succeeded(out string? state, out failure) ? LockedIn(state, canonical, make(absolute, null))
            : failure.Descriptor == DiagnosticDescriptors.HomeMissing ? make(absolute, null)
            : failure;
    }

    private Result<string> StateOf() => Directories.StateOf(_environment) is { } state ? state.Path : StateDirectory.Find(_environment);

    private static Result<Destination> LockedIn(string state, string canonical, Destination made)
    {
        ((FileDestination)made).LockIn(state, canonical);
        return made;
    }
}
