using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using SecureToken.Core.Destinations.Building;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.Settings;

namespace SecureToken.Fuzzing.Targets;

/// <summary>
/// The reader of <c>sectoken.json</c>, against System.Text.Json, and what makes plans of it. An input is the file.
/// </summary>
internal static partial class SettingsTarget
{
    private const string Path = "/nonexistent/repo/sectoken.json";

    // As deep as the reader goes.
    private static readonly JsonDocumentOptions Options =
        new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 16 };

    private static readonly Func<string, string?> Variables = name => name == "HOME" ? "/nonexistent/home" : null;
    private static readonly HostTrust Trust = new([], Variables);

    public static void Run(byte[] input)
    {
        Result<SettingsFile> read = SettingsFile.Parse(Path, input);
        if (!read.Succeeded(out SettingsFile? file, out Failure? failure))
        {
            Claim.IsCoded(failure);
            Claim.That(failure.Descriptor == DiagnosticDescriptors.SettingsFileInvalid, $"{failure} is the code of such a file");
            Match place = Place().Match(failure.Message);
            Claim.That(
                place.Success && int.Parse(place.Groups[1].Value, CultureInfo.InvariantCulture) <= input.AsSpan().Count((byte)'\n') + 1
                    && int.Parse(place.Groups[2].Value, CultureInfo.InvariantCulture) <= input.Length + 1,
                $"{failure.Message} has a place in the file");
            return;
        }

        using JsonDocument document = Parse(input);
        Claim.That(
            document.RootElement.GetProperty("tokens").EnumerateArray()
                .Select(token => token.GetProperty("destinations").GetArrayLength())
                .SequenceEqual(file.Tokens.Select(token => token.Destinations.Count)),
            "every token and destination is read");
        Use(file);
    }

    private static void Use(SettingsFile file)
    {
        EffectiveSettings.Of(file.LayersFor(null), Trust);
        file.EntryFor("/nonexistent/repo/src/App.csproj", "id");
        if (!DeclaredDestinations.Projects(file).Succeeded(out IReadOnlyList<string>? projects, out Failure? failure))
        {
            Claim.IsCoded(failure);
            return;
        }

        Dictionary<string, Result<ProjectPlace>> evaluated = projects.ToDictionary(
            project => project, project => (Result<ProjectPlace>)new ProjectPlace("id", project.Length % 2 == 0 ? "A:B" : null));
        var destinations = new DeclaredDestinations(file, Variables, evaluated);
        Result<IReadOnlyList<TokenPlan>> plans = DeclaredPlans.Resolve(file, destinations, new SettingsLayer(), new SettingsLayer(), Trust);
        if (plans.Failure is not null)
        {
            Claim.IsCoded(plans.Failure);
            return;
        }

        Claim.That(
            plans.Value.Sum(plan => plan.Destinations.Count) == file.Tokens.Sum(token => token.Destinations.Count),
            "no destination is lost");
    }

    private static JsonDocument Parse(byte[] input)
    {
        try
        {
            return JsonDocument.Parse(input.AsMemory(input.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0), Options);
        }
        catch (JsonException exception)
        {
            throw new FindingException($"what is taken is JSON: {exception.Message}");
        }
    }

    [GeneratedRegex(@"sectoken\.json\(([1-9][0-9]*),([1-9][0-9]*)\): ")]
    private static partial Regex Place();
}
