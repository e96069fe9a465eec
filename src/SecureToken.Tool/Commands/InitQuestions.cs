using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Interop;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Session;
using SecureToken.Core.Service;
using SecureToken.Core.Settings;
using SecureToken.Tool.Options;
using SecureToken.Tool.Projects;
using SecureToken.Tool.Terminal;

namespace SecureToken.Tool.Commands;

/// <summary>
/// Finds out what a new settings file is to say: what options and environment give is taken, the rest is asked. All of it is checked
/// against the service at once, so that no mistake is found by the first build. A service that does not answer is no mistake.
/// </summary>
internal sealed class InitQuestions(CommonOptions common, ToolConsole console, bool canAsk, CancellationToken cancellation)
{
    private const string DefaultDotenv = ".env";
    private const string PlaceTitle = "the destination of the token";
    private const string PlaceOptions = "--project PATH or --dotenv PATH";

    // What the service says of an instance that cannot be meant.
    private static readonly DiagnosticDescriptor[] OfInstance =
    [
        DiagnosticDescriptors.InstanceUnknown, DiagnosticDescriptors.InstanceNameUnknown, DiagnosticDescriptors.InstanceAmbiguous,
        DiagnosticDescriptors.InstanceOfOtherService, DiagnosticDescriptors.InstanceNotActive, DiagnosticDescriptors.InstanceElsewhere,
    ];

    private SettingsLayer _layer = new();
    private string? _confirmedRegion;

    /// <summary>What the file is to say; or which option is missing where nobody can be asked.</summary>
    public async Task<Result<SettingsFileDraft>> DraftAsync(string? project, string? dotenv)
    {
        if (!SettingsLayer.FromEnvironment(console.Environment).Succeeded(out SettingsLayer? environment, out Failure? failure)
            || !common.ResolveTransport(console).Succeeded(out TransportOptions? transport, out failure))
        {
            return failure;
        }

        // An option stands above the environment as a whole: a region by option leaves no endpoint of the environment.
        SettingsLayer options = common.OptionsLayer;
        bool isPlaced = options.Region is not null || options.Endpoint is not null;
        _layer = new SettingsLayer
        {
            Region = isPlaced ? options.Region : environment.Region,
            Endpoint = isPlaced ? options.Endpoint : environment.Endpoint,
            Instance = options.Instance ?? environment.Instance,
            Team = options.Team ?? environment.Team,
            IamEndpoint = options.IamEndpoint ?? environment.IamEndpoint,
            ResourceController = options.ResourceController ?? environment.ResourceController,
            Private = options.Private ?? environment.Private,
        };
        if (!canAsk && Missing(project, dotenv) is { } unanswered)
        {
            return unanswered;
        }

        if (await AskServiceAsync(transport) is { } missing)
        {
            return missing;
        }

        return TokenSettings.Resolve([_layer], common.TrustFrom(console)).Succeeded(out _, out failure)
            && Destination(project, dotenv).Succeeded(out Place? place, out failure)
                ? new SettingsFileDraft(_layer.Instance!.Text.Trim(), _layer.Team!.Text.Trim(), place.Kind, place.Member, place.Path)
                {
                    Region = _layer.RegionName,
                    Endpoint = _layer.Endpoint?.Text.Trim(),
                    IamEndpoint = _layer.IamEndpoint?.Text.Trim(),
                }
                : failure;
    }

    private async Task<Failure?> AskServiceAsync(TransportOptions transport)
    {
        while (true)
        {
            if ((await AskInstanceAsync(transport) ?? AskRegion()) is { } unanswered)
            {
                return unanswered;
            }

            if (await AskTeamAsync(transport) is not { } wrong)
            {
                return null;
            }

            if (!canAsk || !AsksAgain(wrong))
            {
                return wrong;
            }
        }
    }

    /// <summary>Takes back what the service does not know, and says why. False when no other answer can help.</summary>
    private bool AsksAgain(Failure wrong)
    {
        if (wrong.Descriptor == DiagnosticDescriptors.TeamUnknown)
        {
            _layer = _layer with { Team = null };
        }
        else if (OfInstance.Contains(wrong.Descriptor))
        {
            _layer = _layer with { Instance = null };
        }
        else
        {
            return false;
        }

        return Again(wrong.Message);
    }

    private async Task<Failure?> AskInstanceAsync(TransportOptions transport)
    {
        if (IsGiven("instance", _layer.Instance))
        {
            return null;
        }

        Result<IReadOnlyList<InstanceEntry>> listed =
            await Instances.ListAsync(
                [_layer], common.TrustFrom(console), common.CredentialsFrom(console, cancellation), transport, cancellation);
        if (listed.Failure is { } unlisted)
        {
            console.Warn(unlisted);
        }

        IReadOnlyList<InstanceEntry> entries = listed.Failure is null ? listed.Value : [];
        return Ask(
            SettingName.Instance, "Workload Protection instances:", [.. entries.Select(entry => entry.ToString())],
            "Instance (its number, GUID, CRN or name)", TakeInstance);

        string? TakeInstance(string answer, int chosen)
        {
            if (chosen < 0
                && (!InstanceSelector.Parse(answer).Succeeded(out InstanceSelector? instance, out Failure? failure)
                || IsUnlisted(instance)))
            {
                return failure?.Message ?? $"No instance named '{answer}' is listed.{Near(answer, entries.Select(entry => entry.Name))}";
            }

            _layer = _layer with { Instance = Answered(chosen >= 0 ? entries[chosen].Id : answer) };
            if (chosen >= 0 && _layer is { Region: null, Endpoint: null })
            {
                _layer = _layer with { Region = Answered(entries[chosen].Region) };
            }

            return null;
        }

        bool IsUnlisted(InstanceSelector instance) =>
            instance.Name is { } name && entries.Count > 0 && !entries.Any(entry => entry.Name == name);
    }

    /// <summary>A CRN names its region, and the region of a name is looked up.</summary>
    private Failure? AskRegion()
    {
        if (IsGiven("endpoint", _layer.Endpoint) || (IsGiven("region", _layer.Region) && IsRegionMeant()))
        {
            return null;
        }

        if (!InstanceSelector.Parse(_layer.Instance!.Text).Succeeded(out InstanceSelector? instance, out Failure? failure))
        {
            return failure;
        }

        if (instance.Known?.Region is not null || instance.Name is not null)
        {
            return null;
        }

        return Ask(SettingName.Region, "Regions:", Endpoint.KnownRegions, "Region of the instance (number or name)", TakeRegion);

        string? TakeRegion(string answer, int chosen)
        {
            string region = chosen >= 0 ? Endpoint.KnownRegions[chosen] : answer.ToLowerInvariant();
            string near = Near(region, Endpoint.KnownRegions);
            if (!Endpoint.FromRegion(region).Succeeded(out _, out Failure? refused))
            {
                return refused.Message + near;
            }

            if (!IsConfirmed(region))
            {
                return $"'{region}' was not used.";
            }

            _layer = _layer with { Region = Answered(region) };
            return null;
        }
    }

    /// <summary>Whether a region that was given is the one that is meant. What is no region at all is found later.</summary>
    private bool IsRegionMeant()
    {
        string region = _layer.RegionName!;
        return !canAsk || Endpoint.FromRegion(region).Failure is not null || IsConfirmed(region);
    }

    /// <summary>IBM adds regions, so the list is never a list of what is allowed; but a person can be asked.</summary>
    private bool IsConfirmed(string region)
    {
        if (Endpoint.KnownRegions.Contains(region) || _confirmedRegion == region)
        {
            return true;
        }

        bool isMeant = console.Confirm(
            $"'{region}' is not a known region.{Near(region, Endpoint.KnownRegions)} Use it?", cancellation);
        _confirmedRegion = isMeant ? region : _confirmedRegion;
        return isMeant;
    }

    /// <summary>
    /// Asks the service for the teams; what it answers checks all that was given. Then the team is asked if it was not given.
    /// </summary>
    private async Task<Failure?> AskTeamAsync(TransportOptions transport)
    {
        bool isGiven = IsGiven("team", _layer.Team);
        Result<TeamList> listed = TokenSettings.Resolve([_layer], common.TrustFrom(console), isTeamNeeded: isGiven)
            .Succeeded(out TokenSettings? settings, out Failure? failure)
            ? await Teams.RunAsync(settings, common.CredentialsFrom(console, cancellation), transport, cancellation)
            : failure;
        if (listed.Failure is { } unlisted)
        {
            if (IsOfUnknownRegion(unlisted))
            {
                string region = _layer.Region!.Text.Trim();
                return Failure.Of(
                    DiagnosticDescriptors.SettingInvalid, "The region", region,
                    "it is not a known region, and its host cannot be reached"
                    + (Suggestion.Nearest(region, Endpoint.KnownRegions) is { } near ? $"; did you mean '{near}'?" : string.Empty));
            }

            if (unlisted.Descriptor != DiagnosticDescriptors.CredentialMissing && unlisted.Descriptor.Exit != ExitStatus.Unavailable)
            {
                return unlisted;
            }

            // The first run checks it: the network is not there now, or the credential comes later.
            console.Warn(unlisted);
        }

        IReadOnlyList<TeamAccess> teams = listed.Failure is null ? listed.Value.All : [];
        return isGiven ? (teams is [var only, ..] ? only.Refusal : null)
            : Ask(SettingName.Team, "Teams:", [.. teams.Select(Describe)], "Team (its number in the list, or its name)", TakeTeam);

        string? TakeTeam(string answer, int chosen)
        {
            TeamAccess? access = chosen >= 0
                ? teams[chosen] : teams.FirstOrDefault(team => answer == team.Entry.Team.Name || answer == team.Entry.Team.ToString());
            if (access is null && teams.Count > 0)
            {
                return $"No team '{answer}' is listed.{Near(answer, teams.Select(team => team.Entry.Team.Name).OfType<string>())}";
            }

            if (access?.Refusal is { } refusal)
            {
                return refusal.Message;
            }

            _layer = _layer with { Team = Answered(access is null ? answer : access.Entry.Team.Name ?? access.Entry.Team.ToString()) };
            return null;
        }
    }

    /// <summary>A host that is not there, of a region that nobody knows and nobody has confirmed, is a mistake.</summary>
    private bool IsOfUnknownRegion(Failure failure) =>
        failure.Descriptor.Exit == ExitStatus.Unavailable && _confirmedRegion is null && _layer.RegionName is { } region
        && !Endpoint.KnownRegions.Contains(region);

    private Result<Place> Destination(string? project, string? dotenv)
    {
        string here = Environment.CurrentDirectory;
        if (dotenv is not null)
        {
            return OfDotenv(dotenv);
        }

        bool isAsked = project is null && canAsk;
        project ??= isAsked ? null : here;
        IReadOnlyList<string> found = isAsked ? ProjectFiles.Below(here) : [];
        if (found is [string only])
        {
            console.Say($"Project: {only}, the only one here. For a file instead, specify --dotenv FILE.");
            isAsked = false;
            project = only;
        }

        while (isAsked)
        {
            string? answer = console.Choose(
                "Projects:", found, $"Project whose user-secrets get the token (number or path; nothing for {DefaultDotenv})", cancellation,
                out int chosen);
            if (answer is null)
            {
                return Failure.Of(DiagnosticDescriptors.InputEnded, PlaceTitle, PlaceOptions);
            }

            project = chosen >= 0 ? found[chosen] : answer;
            isAsked = project.Length > 0 && ProjectEvaluation.Locate(project, isGiven: true).Failure is { } unknown
                && Again(unknown.Message + Near(project, found));
        }

        return string.IsNullOrWhiteSpace(project) ? OfDotenv(DefaultDotenv)
            : ProjectEvaluation.Locate(project, isGiven: true).Succeeded(out string? located, out Failure? failure) ? OfProject(located)
            : failure;

        Place OfProject(string file) => new("user-secrets", "project", Relative(file));

        Place OfDotenv(string file) => new("dotenv", "path", Relative(Path.GetFullPath(file)));

        string Relative(string file) => PathRules.Here.Slashed(Path.GetRelativePath(here, file));
    }

    private bool IsGiven(string what, SettingValue? given)
    {
        if (given is not null)
        {
            console.Detail($"{what} from {given.Source.Name}");
        }

        return given is not null;
    }

    private static string Describe(TeamAccess access) =>
        $"{access.Entry.Team}{(access.Entry.IsDefault ? ", the default team" : string.Empty)}"
        + (access.Refusal is { } refusal ? $", its token cannot be read ({refusal.Code})" : string.Empty);

    private static SettingValue? Answered(string? text) => SettingValue.Of(text, new SettingSource("the answer"));

    /// <summary>Asks until an answer is taken: what is wrong with one is said, and what was answered before stays.</summary>
    private Failure? Ask(SettingName name, string title, IReadOnlyList<string> items, string question, Func<string, int, string?> take)
    {
        string? wrong;
        do
        {
            if (console.Choose(title, items, question, cancellation, out int chosen) is not { } answer)
            {
                return Failure.Of(DiagnosticDescriptors.InputEnded, name.Title, Options(name));
            }

            wrong = answer.Length == 0 ? "An answer is needed. Ctrl+C cancels and writes nothing." : take(answer, chosen);
        }
        while (wrong is not null && Again(wrong));

        return null;
    }

    private bool Again(string reason)
    {
        console.Always($"  {reason}");
        return true;
    }

    /// <summary>All that is missing where nobody can be asked, so that it need not be found out one by one.</summary>
    private Failure? Missing(string? project, string? dotenv)
    {
        List<SettingName> missing = [];
        if (_layer.Instance is null)
        {
            missing.Add(SettingName.Instance);
        }

        if (_layer is { Region: null, Endpoint: null }
            && (_layer.Instance is null
                || (InstanceSelector.Parse(_layer.Instance.Text).Succeeded(out InstanceSelector? instance, out _)
                && instance is { Known.Region: null, Name: null })))
        {
            missing.Add(SettingName.Region);
        }

        if (_layer.Team is null)
        {
            missing.Add(SettingName.Team);
        }

        bool hasPlace = project is not null || dotenv is not null
            || ProjectEvaluation.Locate(Environment.CurrentDirectory, isGiven: false).Failure is null;
        string[] titles = [.. missing.Select(name => name.Title), .. hasPlace ? (string[])[] : [PlaceTitle]];
        string[] options = [.. missing.Select(Options), .. hasPlace ? (string[])[] : [PlaceOptions]];
        return titles.Length == 0
            ? null : Failure.Of(DiagnosticDescriptors.AnswerMissing, string.Join(", ", titles), string.Join("; ", options));
    }

    private static string Options(SettingName name) => $"{name.Option}, or set {name.Variables[0]}";

    private static string Near(string text, IEnumerable<string> candidates) =>
        Suggestion.Nearest(text, candidates) is { } near ? $" Did you mean '{near}'?" : string.Empty;

    private sealed record Place(string Kind, string Member, string Path);
}
