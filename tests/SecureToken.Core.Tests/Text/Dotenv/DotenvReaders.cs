using System.Diagnostics;
using System.Text;
using System.Text.Json;
using DotNetEnv;
using Xunit;

namespace SecureToken.Core.Tests.Text.Dotenv;

/// <summary>What a reader gives for one document.</summary>
/// <param name="Values">Names with their last value.</param>
/// <param name="Complaint">What the reader had against the document; empty: nothing.</param>
internal sealed record DotenvReading(Dictionary<string, string> Values, string Complaint);

/// <summary>The real readers of dotenv files. One process reads all documents.</summary>
internal static class DotenvReaders
{
    /// <summary>Only names that start like this are read back from bash.</summary>
    public const string Prefix = "G_";

    // No PATH: a document that runs its value as a command finds none.
    private const string BashScript = """
        PATH=/nonexistent
        for file in "$1"/*; do
          ( set -a; . "$file" 2>"$file.err"
            for name in "${!G_@}"; do printf '%s=%s\0' "$name" "${!name}"; done )
          printf '\0'
        done
        """;

    private const string NodeScript = """
        const { parseEnv } = require('node:util');
        const documents = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
        process.stdout.write(JSON.stringify(documents.map(document => parseEnv(document))));
        """;

    public static DotenvReading[] DotNetEnv(IEnumerable<byte[]> documents) => [.. documents.Select(document =>
    {
        try
        {
            Dictionary<string, string> values = [];
            foreach ((string name, string value) in Env.Load(new MemoryStream(document), LoadOptions.NoEnvVars()))
            {
                values[name] = value;
            }

            return new DotenvReading(values, string.Empty);
        }
        catch (Exception complaint) when (complaint is Sprache.ParseException or InvalidOperationException or ArgumentException or FormatException)
        {
            return new DotenvReading([], complaint.Message);
        }
    })];

    /// <summary>The parser behind <c>--env-file</c>.</summary>
    public static Task<DotenvReading[]> Node(IEnumerable<byte[]> documents) => ReadJson(["-e", NodeScript], documents.Select(Encoding.UTF8.GetString));

    /// <summary>What a script of Node reads: it gets JSON and gives names and values for each document.</summary>
    public static async Task<DotenvReading[]> ReadJson(IEnumerable<string> arguments, object input)
    {
        string output = await Run("node", arguments, JsonSerializer.Serialize(input));
        return [.. JsonSerializer.Deserialize<Dictionary<string, string>[]>(output)!.Select(values => new DotenvReading(values, string.Empty))];
    }

    /// <summary><c>set -a; . file</c>.</summary>
    public static async Task<DotenvReading[]> Bash(IReadOnlyList<byte[]> documents)
    {
        DirectoryInfo box = Directory.CreateTempSubdirectory("sectoken-dotenv-");
        try
        {
            string[] files = [.. documents.Select((_, index) => Path.Combine(box.FullName, index.ToString("d6")))];
            for (int i = 0; i < files.Length; i++)
            {
                await File.WriteAllBytesAsync(files[i], documents[i], TestContext.Current.CancellationToken);
            }

            string output = await Run("bash", ["--norc", "--noprofile", "-c", BashScript, "bash", box.FullName], string.Empty);
            return [.. Records(output).Zip(files, (values, file) => new DotenvReading(values, File.ReadAllText(file + ".err")))];
        }
        finally
        {
            box.Delete(recursive: true);
        }
    }

    private static IEnumerable<Dictionary<string, string>> Records(string output)
    {
        Dictionary<string, string> record = [];
        foreach (string field in output.Split('\0').SkipLast(1))
        {
            if (field.Length == 0)
            {
                yield return record;
                record = [];
            }
            else
            {
                int sign = field.IndexOf('=', StringComparison.Ordinal);
                record[field[..sign]] = field[(sign + 1)..];
            }
        }
    }

    public static async Task<string> Run(string program, IEnumerable<string> arguments, string input)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        Process? process = null;
        try
        {
            process = Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception absent)
        {
            Assert.Fail($"'{program}' is needed to prove that it reads what we write, and cannot be started: {absent.Message}");
        }

        using (process)
        {
            CancellationToken cancellation = TestContext.Current.CancellationToken;
            Task<string> error = process!.StandardError.ReadToEndAsync(cancellation);
            Task<string> output = process.StandardOutput.ReadToEndAsync(cancellation);
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellation);
            process.StandardInput.Close();
            await process.WaitForExitAsync(cancellation);
            Assert.True(process.ExitCode == 0, $"{program}: exit {process.ExitCode}, {await error}");
            return await output;
        }
    }
}
