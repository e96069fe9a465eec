using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Operations.Doctor;
using SecureToken.Tool.Terminal;

namespace SecureToken.Tool.Output;

/// <summary>The report of <c>doctor</c>, made to be pasted into a bug report: the home directory is a tilde in it.</summary>
internal static class DoctorWriter
{
    private static readonly string Runtime =
        $"{RuntimeInformation.FrameworkDescription}{(RuntimeFeature.IsDynamicCodeSupported ? string.Empty : ", native")}";

    // The longest name is "instance, team and token". Steps are printed as they end, so the widest is not known beforehand.
    private const int NameWidth = 24;

    /// <summary>What was examined with.</summary>
    public static void WriteHead(ToolConsole console) =>
        console.Print(
            [new($"dotnet-sectoken {ToolVersion.Text} on {RuntimeInformation.OSDescription}, {RuntimeInformation.RuntimeIdentifier}, "
                + $"{Runtime}"), new(string.Empty)]);

    /// <summary>One step that has ended.</summary>
    public static void Write(DoctorStep step, ToolConsole console)
    {
        Func<string, string> shown = Shortening(console.Environment);
        string word = Word(step.Verdict);
        string time = step.Took == TimeSpan.Zero
            ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"{Milliseconds(step)} ms");
        string text = $"{new string(' ', 9 - word.Length)}{step.Name.PadRight(NameWidth)}  {time,8}  {shown(step.Found)}";
        List<PrintedLine> lines = [new(text) { Word = word, Color = Color(step.Verdict) }];
        lines.AddRange(step.Details.Select(detail => new PrintedLine($"             {shown(detail)}")));
        foreach (Failure said in step.Warnings.Prepend(step.Failure).OfType<Failure>())
        {
            lines.Add(new PrintedLine($"             {shown(said.Code + ": " + said.Message)}"));
            lines.Add(new PrintedLine($"             {shown(said.NextStep)}"));
        }

        console.Print(lines);
    }

    /// <summary>How the steps went, in one line.</summary>
    public static void WriteSum(DoctorLog log, ToolConsole console) => console.Print([new(string.Empty), new(Sum(log))]);

    public static ReadOnlySpan<byte> Json(
        string command, DoctorLog log, Failure? first, Func<string, string?> environment, int exit)
    {
        Func<string, string> shown = Shortening(environment);
        return JsonReportWriter.Of(command, exit, json =>
        {
            json.WriteString("version", ToolVersion.Text);
            json.WriteString("system", RuntimeInformation.OSDescription);
            json.WriteString("runtimeIdentifier", RuntimeInformation.RuntimeIdentifier);
            json.WriteString("runtime", Runtime);
            json.WriteStartArray("steps");
            foreach (DoctorStep step in log.Steps)
            {
                Write(json, step, shown);
            }

            json.WriteEndArray();
            JsonReportWriter.WriteOne(json, "failure", first is null ? null : Shown(first, shown));
        });
    }

    private static void Write(Utf8JsonWriter json, DoctorStep step, Func<string, string> shown)
    {
        json.WriteStartObject();
        json.WriteString("name", step.Name);
        json.WriteString("verdict", Word(step.Verdict));
        json.WriteNumber("milliseconds", Milliseconds(step));
        json.WriteString("found", shown(step.Found));
        json.WriteStartArray("details");
        foreach (string detail in step.Details)
        {
            json.WriteStringValue(shown(detail));
        }

        json.WriteEndArray();
        JsonReportWriter.WriteAll(json, "warnings", [.. step.Warnings.Select(warning => Shown(warning, shown))]);
        JsonReportWriter.WriteOne(json, "failure", step.Failure is { } failure ? Shown(failure, shown) : null);
        json.WriteEndObject();
    }

    private static Failure Shown(Failure failure, Func<string, string> shown) =>
        failure with { Message = shown(failure.Message), NextStep = shown(failure.NextStep) };

    private static Func<string, string> Shortening(Func<string, string?> environment) => text => HomePath.Shorten(text, environment);

    private static long Milliseconds(DoctorStep step) => (long)Math.Round(step.Took.TotalMilliseconds);

    private static string Word(DoctorVerdict verdict) => verdict switch
    {
        DoctorVerdict.Ok => "ok",
        DoctorVerdict.Warning => "warning",
        DoctorVerdict.Failed => "failed",
        _ => "skipped",
    };

    private static string Color(DoctorVerdict verdict) => verdict switch
    {
        DoctorVerdict.Ok => PrintedLine.Good,
        DoctorVerdict.Warning => PrintedLine.Warning,
        DoctorVerdict.Failed => PrintedLine.Bad,
        _ => PrintedLine.Faint,
    };

    private static string Sum(DoctorLog log) => string.Join(", ", log.Steps.GroupBy(step => step.Verdict).OrderBy(group => group.Key)
        .Select(group => $"{group.Count()} {Word(group.Key)}")) + ".";
}
