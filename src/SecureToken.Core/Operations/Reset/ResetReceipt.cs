using System.Buffers;
using System.Globalization;
using System.Text.Json;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;
using SecureToken.Core.Http;
using SecureToken.Core.Operations.Inject;
using SecureToken.Core.State;

namespace SecureToken.Core.Operations.Reset;

/// <summary>
/// The receipt of a reset: who, when, what and how long, with fingerprints, not tokens. The service's audit lists no event of tokens, so
/// this is the only record there is.
/// </summary>
public static class ResetReceipt
{
    /// <summary>The log of all resets of this user, one line each, below the state directory.</summary>
    public const string LogName = "resets.jsonl";

    /// <summary>Adds the receipt to the log.</summary>
    /// <returns>Null; or 713.</returns>
    public static Failure? Keep(ResetReport report, Func<string, string?> environment)
    {
        var line = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(line))
        {
            json.WriteStartObject();
            json.WriteNumber("schemaVersion", 2);
            WriteMembers(json, report);
            json.WriteEndObject();
        }

        Failure? failure = StateDirectory.Find(environment).Succeeded(out string? state, out Failure? homeless)
            ? PrivateLog.Append(Path.Combine(state, LogName), line.WrittenSpan)
            : homeless;
        return failure is null ? null : Failure.Of(DiagnosticDescriptors.ReceiptNotWritten, failure.Message, failure.NextStep);
    }

    /// <summary>Writes the members of the receipt into an object that is open.</summary>
    public static void WriteMembers(Utf8JsonWriter json, ResetReport report)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(report);
        json.WriteString("manner", WordOf(report.Manner));
        json.WriteString("startedAt", Time(report.StartedAt));
        json.WriteString("endedAt", Time(report.EndedAt));
        json.WriteStartObject("identity");
        json.WriteString("credential", report.CredentialSource);
        json.WriteString("iamId", report.Identity?.IamId);
        json.WriteString("kind", report.Identity?.KindText);
        json.WriteString("name", report.Identity?.Name);
        json.WriteEndObject();
        json.WriteString("endpoint", (report.Scope?.Endpoint ?? report.Settings?.Endpoint)?.ToString());
        json.WriteString("instance", report.Scope?.Instance.Id ?? report.Settings?.Instance.IdOrName);
        json.WriteStartObject("team");
        if ((report.Scope?.Team.Id ?? report.Settings?.Team.Id) is { } id)
        {
            json.WriteNumber("id", id);
        }

        json.WriteString("name", report.Scope?.Team.Name ?? report.Settings?.Team.Name);
        json.WriteEndObject();
        json.WriteBoolean("wasReset", report.WasReset);
        json.WriteString("fingerprintBefore", report.Before?.Value);
        json.WriteString("fingerprintAfter", report.After?.Value);
        WriteProof(json, report);
        WriteDestinations(json, report.Destinations);
        json.WriteStartArray("todo");
        foreach (string step in report.Todo)
        {
            json.WriteStringValue(step);
        }

        json.WriteEndArray();
        WriteAll(json, "warnings", report.Warnings);
        WriteAll(json, "failures", report.Failures);
    }

    /// <summary>The word for a manner, the same in text and JSON.</summary>
    public static string WordOf(ResetManner manner) => manner switch
    {
        ResetManner.Guided => "guided",
        ResetManner.Requested => "requested",
        ResetManner.Rehearsed => "rehearsed",
        _ => "resumed",
    };

    /// <summary>The word for what became of a destination, the same in text and JSON.</summary>
    public static string WordOf(InjectOutcome outcome) => outcome switch
    {
        InjectOutcome.Written => "written",
        InjectOutcome.Unchanged => "unchanged",
        InjectOutcome.Due => "ready",
        _ => "failed",
    };

    private static void WriteProof(Utf8JsonWriter json, ResetReport report)
    {
        if (report.IsOldTokenRefused is { } refused)
        {
            json.WriteBoolean("oldTokenRefused", refused);
        }
        else
        {
            json.WriteNull("oldTokenRefused");
        }

        WriteSeconds(
            json, report.Manner == ResetManner.Rehearsed ? "predictedOutageSeconds" : "outageSeconds", report.Outage?.AtMostSeconds);
        WriteSeconds(
            json, report.Manner == ResetManner.Rehearsed ? "predictedOutageAtLeastSeconds" : "outageAtLeastSeconds",
            report.Outage?.AtLeastSeconds);
        json.WriteStartArray("answers");
        foreach (ResponseEvidence answer in report.Evidence)
        {
            json.WriteStartObject();
            json.WriteString("call", answer.Call);
            json.WriteNumber("status", answer.Status);
            json.WriteString("requestId", answer.RequestId);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteDestinations(Utf8JsonWriter json, IReadOnlyList<ResetDestination> destinations)
    {
        json.WriteStartArray("destinations");
        foreach ((DestinationReport line, double? milliseconds) in destinations)
        {
            json.WriteStartObject();
            json.WriteString("kind", line.Destination.Kind);
            json.WriteString("location", line.Destination.Location);
            json.WriteString("slot", line.Destination.Slot);
            json.WriteString("outcome", WordOf(line.Outcome));
            json.WriteBoolean("reloads", line.Destination.Reloads);
            if (milliseconds is { } known)
            {
                json.WriteNumber("milliseconds", Math.Round(known, 1));
            }

            WriteAll(json, "warnings", line.Warnings);
            json.WritePropertyName("failure");
            Write(json, line.Failure);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteSeconds(Utf8JsonWriter json, string name, double? seconds)
    {
        if (seconds is { } known)
        {
            json.WriteNumber(name, Math.Round(known, 3));
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void WriteAll(Utf8JsonWriter json, string name, IReadOnlyList<Failure> failures)
    {
        json.WriteStartArray(name);
        foreach (Failure failure in failures)
        {
            Write(json, failure);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, Failure? failure)
    {
        if (failure is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteString("code", failure.Code);
        json.WriteString("message", failure.Message);
        json.WriteString("next", failure.NextStep);
        json.WriteEndObject();
    }

    private static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
