using System.Globalization;

namespace SecureToken.Emulator.Cli;

/// <summary>The parsed command line.</summary>
internal sealed record CommandLine
{
    private static readonly string[] Repeatable = ["--team", "--instance-name", "--identity", "--answer"];

    private static readonly string[] Flags = ["--iam-only", "--verbose", "--help"];

    private static readonly string[] Valued =
    [
        "--port", "--team", "--api-key-file", "--instance", "--latency", "--team-header", "--iam-token-lifetime", "--ready-file",
        "--reset-route", "--old-token-lives", "--new-token-after", "--instance-name", "--ca-file", "--compute-token",
        "--identity", "--token-per", "--iam-error", "--answer",
    ];

    public EmulatorOptions Options { get; private init; } = new();

    public string? ApiKeyFile { get; private init; }

    public IReadOnlyList<IdentityArgument> Identities { get; private init; } = [];

    public IdentityArgument? FirstUser => Identities.FirstOrDefault(identity => identity.Kind == EmulatorIdentityKind.User);

    public string? ReadyFile { get; private init; }

    public string? AuthorityFile { get; private init; }

    public string? ComputeTokenFile { get; private init; }

    public bool Verbose { get; private init; }

    public bool HelpWanted { get; private init; }

    /// <exception cref="UsageException">The arguments make no sense.</exception>
    public static CommandLine Parse(IReadOnlyList<string> arguments)
    {
        var parsed = new CommandLine();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < arguments.Count; i++)
        {
            var (name, value) = Split(arguments[i], i + 1);
            if (!Repeatable.Contains(name) && !seen.Add(name))
            {
                throw new UsageException($"{name} was given twice");
            }

            if (Flags.Contains(name))
            {
                parsed = value is null ? parsed.WithFlag(name) : throw new UsageException($"{name} takes no value");
                continue;
            }

            // A following option is not a value: "--team --verbose" is a forgotten value, not a team.
            if (value is null && i + 1 < arguments.Count && !arguments[i + 1].StartsWith("--", StringComparison.Ordinal))
            {
                value = arguments[++i];
            }

            parsed = string.IsNullOrEmpty(value) ? throw new UsageException($"{name} needs a value") : parsed.WithValue(name, value);
        }

        // The ready file is deleted at the start and at the end, the others are written.
        (string Option, string? Path)[] files =
        [
            ("--ready-file", parsed.ReadyFile), ("--api-key-file", parsed.ApiKeyFile), ("--ca-file", parsed.AuthorityFile),
            ("--compute-token", parsed.ComputeTokenFile), .. parsed.Identities.Select(identity => ("--identity", identity.KeyFile)),
        ];
        var twice = files.Where(file => file.Path is not null).GroupBy(file => file.Path).FirstOrDefault(same => same.Count() > 1);
        if (parsed.ApiKeyFile is not null && parsed.FirstUser is not null)
        {
            throw new UsageException(
                "--api-key-file is for the user who is there without --identity; give the file as --identity NAME=FILE");
        }

        return twice is null
            ? parsed
            : throw new UsageException(string.Join(" and ", twice.Select(file => file.Option)) + " name the same file");
    }

    private static (string Name, string? Value) Split(string argument, int position)
    {
        if (argument == "-h")
        {
            return ("--help", null);
        }

        if (!argument.StartsWith("--", StringComparison.Ordinal))
        {
            // Not repeated: it may be a secret that went astray.
            throw new UsageException($"argument {position} belongs to no option; see --help");
        }

        var equals = argument.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? argument : argument[..equals];
        if (!Flags.Contains(name) && !Valued.Contains(name))
        {
            throw new UsageException(NearestMatch.Of(name, [.. Flags, .. Valued]) is { } meant
                ? $"unknown option {name}; did you mean {meant}?"
                : $"unknown option {name}; see --help");
        }

        return (name, equals < 0 ? null : argument[(equals + 1)..]);
    }

    private CommandLine WithFlag(string name) => name switch
    {
        "--iam-only" => this with { Options = Options with { IamOnly = true } },
        "--verbose" => this with { Verbose = true },
        _ => this with { HelpWanted = true },
    };

    private CommandLine WithValue(string name, string value) => name switch
    {
        "--port" => this with { Options = Options with { Port = WholeNumber(name, value, 0, ushort.MaxValue) } },
        "--team" => this with { Options = Options with { Teams = [.. Options.Teams, Team(value)] } },
        "--instance" => this with { Options = Options with { InstanceId = InstanceId(value) } },
        "--latency" => this with
        {
            Options = Options with { Latency = TimeSpan.FromMilliseconds(WholeNumber(name, value, 0, 86_400_000)) },
        },
        "--team-header" => this with { Options = Options with { TeamHeader = OneOf(name, value, TeamHeaderNames.Modes) } },
        "--iam-token-lifetime" => this with
        {
            Options = Options with { IamTokenLifetime = TimeSpan.FromSeconds(WholeNumber(name, value, 1, 3600)) },
        },
        "--reset-route" => this with
        {
            Options = Options with
            {
                ResetRoute = EmulatorResetRoute.Parse(value) ?? throw new UsageException($"{name} takes {EmulatorResetRoute.Expected}"),
            },
        },
        "--old-token-lives" => this with
        {
            Options = Options with
            {
                OldTokenLives = MillisecondsOrForever.Parse(value) ??
                    throw new UsageException($"{name} takes {MillisecondsOrForever.Expected}"),
            },
        },
        "--new-token-after" => this with
        {
            Options = Options with { NewTokenAfter = TimeSpan.FromMilliseconds(WholeNumber(name, value, 0, 86_400_000)) },
        },
        "--instance-name" => this with { Options = Options with { Instances = [.. Options.Instances, NamedInstance(value)] } },
        "--identity" => this with { Identities = [.. Identities, IdentityArgument.Parse(value)] },
        "--token-per" => this with { Options = Options with { TokenScope = OneOf(name, value, TokenScopeNames.Scopes) } },
        "--iam-error" => this with { Options = Options with { IamError = IamError(name, value) } },
        "--answer" => this with { Options = Options with { Answers = [.. Options.Answers, Answer(value)] } },
        "--ca-file" => this with { AuthorityFile = FullPath(name, value), Options = Options with { Tls = true } },
        "--compute-token" => this with { ComputeTokenFile = FullPath(name, value) },
        "--api-key-file" => this with { ApiKeyFile = FullPath(name, value) },
        _ => this with { ReadyFile = FullPath(name, value) },
    };

    private static int WholeNumber(string name, string value, int least, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{name} takes a whole number from {least} to {most}"));

    private static EmulatorTeam Team(string value)
    {
        // The last equals sign, because a name may have one too and an id may not.
        var equals = value.LastIndexOf('=');
        return equals > 0 && int.TryParse(value.AsSpan(equals + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? new EmulatorTeam(value[..equals], id)
            : throw new UsageException("--team takes NAME=ID, with an integer id");
    }

    private static string InstanceId(string value) =>
        Guid.TryParseExact(value, "D", out _) ? value : throw new UsageException("--instance takes a GUID with hyphens");

    private static EmulatorInstance NamedInstance(string value)
    {
        var equals = value.LastIndexOf('=');
        return equals > 0 && Guid.TryParseExact(value.AsSpan(equals + 1), "D", out _)
            ? new EmulatorInstance(value[..equals], value[(equals + 1)..])
            : throw new UsageException("--instance-name takes NAME=GUID");
    }

    private static EmulatorAnswer Answer(string value)
    {
        var equals = value.LastIndexOf('=');
        return equals > 0 && new EmulatorAnswer(value[..equals], value[(equals + 1)..]) is { Fault: null } answer
            ? answer
            : throw new UsageException($"--answer takes PATH=ANSWER; an answer is {EmulatorAnswer.Expected}");
    }

    private static EmulatorIamError IamError(string name, string value) =>
        OneOf(name, value, EmulatorIamError.All.ToDictionary(error => error.Name, StringComparer.Ordinal));

    private static T OneOf<T>(string name, string value, IReadOnlyDictionary<string, T> choices)
    {
        if (choices.TryGetValue(value, out var chosen))
        {
            return chosen;
        }

        var names = string.Join(", ", choices.Keys);
        throw new UsageException(NearestMatch.Of(value, choices.Keys) is { } meant
            ? $"{name} takes one of {names}; did you mean {meant}?"
            : $"{name} takes one of {names}");
    }

    public static string FullPath(string name, string value) => value.Any(char.IsControl)
        ? throw new UsageException($"{name} takes a path without control characters")
        : Path.GetFullPath(value);
}
