using System.Text.Json;
using SecureToken.Core.Model;

namespace SecureToken.Core.State;

/// <summary>Writes a ledger as JSON. What is null is left out. <see cref="LedgerParser"/> reads the same names.</summary>
internal static class LedgerPrinter
{
    /// <summary>Everything up to the first place.</summary>
    public static void PrintHead(Utf8JsonWriter writer, LedgerRecord record)
    {
        writer.WriteStartObject();
        writer.WriteNumber("version"u8, record.Version);
        writer.WriteString("endpoint"u8, record.Endpoint);
        writer.WriteString("instance"u8, record.Instance);
        writer.WriteString("team"u8, record.Team);
        writer.WriteNumber("teamId"u8, record.TeamId);
        Print(writer, "teamName"u8, record.TeamName);
        Print(writer, "fingerprint"u8, record.Fingerprint);
        Print(writer, "credential"u8, record.Credential);
        Print(writer, record.Identity);
        Print(writer, "verifiedAt"u8, record.VerifiedAt);
        Print(writer, "provenAt"u8, record.ProvenAt);
        Print(writer, "served"u8, record.Served);
        Print(writer, "oneBuildAt"u8, record.OneBuildAt);
        writer.WriteStartArray("places"u8);
    }

    /// <summary>The last places, and what comes after them.</summary>
    public static void PrintTail(Utf8JsonWriter writer, IReadOnlyList<LedgerPlace> places, LedgerRecord record)
    {
        foreach (LedgerPlace place in places)
        {
            Print(writer, place);
        }

        writer.WriteEndArray();
        if (record.LastFailure is { } failure)
        {
            Print(writer, failure);
        }

        writer.WriteEndObject();
    }

    private static void Print(Utf8JsonWriter writer, LedgerPlace place)
    {
        writer.WriteStartObject();
        writer.WriteString("kind"u8, place.Kind);
        writer.WriteString("location"u8, place.Location);
        writer.WriteString("slot"u8, place.Slot);
        writer.WriteString("fingerprint"u8, place.Fingerprint);
        writer.WriteString("writtenAt"u8, place.WrittenAt);
        Print(writer, place.Identity);
        Print(writer, "declaredBy"u8, place.DeclaredBy);
        Print(writer, "value"u8, place.Value);
        if (place.Reloads is { } reloads)
        {
            writer.WriteBoolean("reloads"u8, reloads);
        }

        writer.WriteEndObject();
    }

    private static void Print(Utf8JsonWriter writer, LedgerFailure failure)
    {
        writer.WriteStartObject("lastFailure"u8);
        writer.WriteString("code"u8, failure.Code);
        writer.WriteString("message"u8, failure.Message);
        writer.WriteString("nextStep"u8, failure.NextStep);
        writer.WriteString("at"u8, failure.At);
        Print(writer, "credential"u8, failure.Credential);
        Print(writer, "served"u8, failure.Served);
        Print(writer, "dead"u8, failure.Dead);
        writer.WriteEndObject();
    }

    private static void Print(Utf8JsonWriter writer, TokenIdentity? identity)
    {
        if (identity is not null)
        {
            writer.WriteStartObject("identity"u8);
            writer.WriteString("iamId"u8, identity.IamId);
            writer.WriteString("kind"u8, NameOf(identity.Kind));
            Print(writer, "name"u8, identity.Name);
            writer.WriteEndObject();
        }
    }

    private static ReadOnlySpan<byte> NameOf(IdentityKind kind) => kind switch
    {
        IdentityKind.User => "User"u8,
        IdentityKind.ServiceId => "ServiceId"u8,
        IdentityKind.TrustedProfile => "TrustedProfile"u8,
        _ => "Unknown"u8,
    };

    private static void Print(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? text)
    {
        if (text is not null)
        {
            writer.WriteString(name, text);
        }
    }

    private static void Print(Utf8JsonWriter writer, ReadOnlySpan<byte> name, DateTimeOffset? time)
    {
        if (time is { } known)
        {
            writer.WriteString(name, known);
        }
    }

    private static void Print(Utf8JsonWriter writer, ReadOnlySpan<byte> name, IReadOnlyList<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (string text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }
}
