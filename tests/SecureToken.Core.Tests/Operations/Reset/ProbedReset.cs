using System.Text.Json;
using SecureToken.Core.Operations.Reset;
using SecureToken.Core.Tests.Files;
using SecureToken.TestSupport;

namespace SecureToken.Core.Tests.Operations.Reset;

/// <summary>The directory in which tests/SecureToken.StorageProbe resets a token: its five destinations, and what must be true of them.</summary>
internal static class ProbedReset
{
    public const string Old = "the-old-token-0123456789";
    private static readonly string[] Files = ["files/one.env", "files/two.env", "files/three.json", ".microsoft/usersecrets/app/secrets.json"];

    /// <summary>A machine whose five destinations hold the old token.</summary>
    public static string Prepare(TemporaryDirectory disk, string name)
    {
        string root = disk.Create(name);
        File.WriteAllText(Path.Combine(root, "service"), Old);
        foreach (string file in Files)
        {
            string path = Path.Combine(root, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, Path.GetExtension(file) == ".env" ? $"Sysdig__SecureApiToken={Old}\n"
                : file == Files[2] ? $$"""{"Sysdig:SecureApiToken":"{{Old}}"}"""
                : $$"""{"Sysdig:SecureApiToken":"{{Old}}","Other:Token":"{{Old}}"}""");
        }

        return root;
    }

    /// <summary>What is wrong after it was resumed.</summary>
    public static List<string> Complaints(string root, Ended resume)
    {
        string living = File.ReadAllText(Path.Combine(root, "service"));
        string[] stale = [.. Files.Where(file => !IsCurrent(Path.Combine(root, file), living))];
        string[] left = [.. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Where(path =>
            path.EndsWith(".sectoken.tmp", StringComparison.Ordinal) || (path.Contains("/resets/", StringComparison.Ordinal) && resume.Exit == 0))];
        List<string> complaints = [.. stale.Where(file => resume.Exit == 0 || !resume.Output.Contains(file, StringComparison.Ordinal)).Select(file => $"{file} is stale and not named")];
        if (resume.Exit is not (0 or 10))
        {
            complaints.Add("it could not be resumed");
        }

        // Killed before the journal was there, nothing has begun; what is left then is a half-written journal.
        complaints.AddRange(left.Where(path => resume.Exit == 0 || !path.Contains("/resets/", StringComparison.Ordinal)).Select(path => $"{path} is left"));
        string receipts = Path.Combine(root, "state", ResetReceipt.LogName);
        if (living != Old && !(File.Exists(receipts) && File.ReadLines(receipts).Any(IsJson)))
        {
            complaints.Add("there is no receipt");
        }

        return complaints;
    }

    /// <summary>What is wrong of a reset that has said that it is done, before anybody looks after it.</summary>
    public static IEnumerable<string> Broken(string root)
    {
        string living = File.ReadAllText(Path.Combine(root, "service"));
        string receipts = Path.Combine(root, "state", ResetReceipt.LogName);
        return Files.Where(file => !IsCurrent(Path.Combine(root, file), living)).Select(file => $"{file} is stale, and success was said")
            .Concat(File.Exists(receipts) && File.ReadLines(receipts).Any(IsJson) ? [] : ["the receipt is lost, and success was said"]);
    }

    private static bool IsCurrent(string path, string living) => File.Exists(path) && File.ReadAllText(path).Split(living).Length == (path.EndsWith("secrets.json", StringComparison.Ordinal) ? 3 : 2);

    private static bool IsJson(string line)
    {
        try
        {
            JsonDocument.Parse(line).Dispose();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
