using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Http;
using SecureToken.Core.Model;
using SecureToken.Core.Operations.Reset;
using SecureToken.Core.Secrets;
using SecureToken.Core.State;

namespace SecureToken.Fuzzing.Targets;

/// <summary>
/// What a reset leaves: its journal, its recovery file, its receipt. The first byte of an input chooses one of them, the rest is the file,
/// or the texts in the receipt.
/// </summary>
internal static partial class ResetTarget
{
    private const string Path = "/nonexistent/state/resets/0.json";

    public static void Run(byte[] input)
    {
        if (input.Length == 0)
        {
            return;
        }

        byte[] content = input[1..];
        switch (input[0] % 3)
        {
            case 0:
                Journal(content);
                break;
            case 1:
                Recovery(content);
                break;
            default:
                Receipt(content);
                break;
        }
    }

    private static void Journal(byte[] content)
    {
        Result<ResetRecord?> read = ResetJournal.Parse(content, Path);
        if (read.Failure is { } failure)
        {
            Claim.IsCoded(failure);
            Claim.That(failure.Descriptor == DiagnosticDescriptors.JournalUnreadable, $"{failure} is the code of such a file");
            return;
        }

        ResetRecord record = read.Value ?? throw new FindingException("a journal that is there is read");
        Claim.That(Enum.IsDefined(record.Stage), $"a reset has come as far as one can: {record.Stage}");
        var unfinished = new UnfinishedReset(Path, record, IsRunning: false);
        ResumePlan.NeedsSettings(unfinished);
        Claim.That(ResumePlan.Choose([unfinished], new ResumeChoice()).Failure is null, "the only reset is the one that is meant");
        byte[] text = JsonSerializer.SerializeToUtf8Bytes(record, ResetJson.Default.ResetRecord);
        Result<ResetRecord?> again = ResetJournal.Parse(text, Path);
        Claim.That(again.Failure is null, "what is written can be read");
        Claim.Same(text, JsonSerializer.SerializeToUtf8Bytes(again.Value, ResetJson.Default.ResetRecord), "writing twice is writing once");
    }

    private static void Recovery(byte[] content)
    {
        using Token? token = Token.TryCreate(content);
        bool isOne = content.Length is >= Token.MinimumLength and <= Token.MaximumLength
            && Whole().IsMatch(Encoding.Latin1.GetString(content));
        Claim.That(token is not null == isOne, "a recovery file holds a token or nothing of use");
        Claim.That(token is null || token.Matches(content), "the token is the file's");
    }

    private static void Receipt(byte[] content)
    {
        string[] texts = Encoding.UTF8.GetString(content).Split('\n');
        string Text(int index) => texts[index % texts.Length];
        var report = new ResetReport
        {
            CredentialSource = Text(0),
            Identity = new TokenIdentity(Text(1), (IdentityKind)(content.Length % 4), Text(2)),
            Before = new Fingerprint(Text(3)),
            Todo = [Text(4), .. texts],
            Evidence = [new ResponseEvidence(Text(5), content.Length, Text(6))],
            Failures = [Failure.Of(DiagnosticDescriptors.JournalUnreadable, Text(7))],
        };
        using MemoryStream line = new();
        using (Utf8JsonWriter json = new(line))
        {
            json.WriteStartObject();
            ResetReceipt.WriteMembers(json, report);
            json.WriteEndObject();
        }

        Claim.That(!line.ToArray().AsSpan().ContainsAny((byte)'\n', (byte)'\r'), "a receipt is one line");
        using JsonDocument read = JsonDocument.Parse(line.ToArray(), new JsonDocumentOptions { AllowDuplicateProperties = false });
        JsonElement identity = read.RootElement.GetProperty("identity");
        Claim.Same([Text(0), Text(1), Text(2)], [Of("credential"), Of("iamId"), Of("name")], "what the receipt says reads back");

        string Of(string name) => identity.GetProperty(name).GetString()!;
    }

    [GeneratedRegex(@"\A[A-Za-z0-9._~+/-]+=*\z")]
    private static partial Regex Whole();
}
