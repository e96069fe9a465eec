using System.Globalization;
using System.Text;
using SecureToken.Core.Tests.Files;
using SecureToken.TestSupport;
using Xunit;
using Command = SecureToken.Core.Tests.Files.Command;

namespace SecureToken.Core.Tests.Operations.Stress;

/// <summary>The disk fills up at the moment of the reset: that of three destinations, or that of the state.</summary>
[Trait("System", "Unix"), Trait("Needs", "probe"), Trait("Stress", "yes")]
public sealed class FullDiskTests : IDisposable
{
    private const string Old = "the-old-token-0123456789";
    private static readonly string[] Files = ["files/one.env", "files/two.env", "files/three.json", ".microsoft/usersecrets/app/secrets.json"];

    private const string Script = """
        root=$3
        show() { for file in one.env two.env three.json; do echo "$1 files/$file $(base64 -w0 "$root/files/$file")"; done; }
        mount -t tmpfs -o size=128k,mode=700 none "$root/$4" || exit 99
        printf 'Sysdig__SecureApiToken=%s\n' "$5" > "$root/files/one.env"; cp "$root/files/one.env" "$root/files/two.env"
        printf '{"Sysdig:SecureApiToken":"%s"}' "$5" > "$root/files/three.json"
        chmod 600 "$root"/files/*
        PROBE_FILL="$root/$4/filler" "$1" reset "$2" "$root"; echo "exit $?"
        show after
        rm -f "$root/$4/filler"
        "$1" resume "$root"; echo "resumed $?"
        show end
        find "$root" -name '*.sectoken.tmp' | sed 's/^/left /'
        """;

    private readonly ITestOutputHelper _output;
    private readonly TemporaryDirectory _disk = new("full");

    public FullDiskTests(ITestOutputHelper output) => _output = output;

    public void Dispose() => _disk.Dispose();

    [Fact]
    public async Task Every_copy_is_whole_the_stale_ones_are_named_and_resuming_brings_them_to_the_new_token()
    {
        int most = Pressure.Times(24, 96);
        List<string> broken = [];
        int runs = 0;
        int named = 0;
        foreach (string manner in (string[])["guided", "requested"])
        {
            foreach (string place in (string[])["files", "state"])
            {
                for (int left = 0; left <= most; left += 4)
                {
                    runs++;
                    string root = Prepare(string.Create(CultureInfo.InvariantCulture, $"{manner}-{place}-{left}"));
                    Ended ended = await Command.Run(
                        "unshare", ["-Urm", "sh", "-c", Script, "sh", await Probe.Executable, manner, root, place, Old],
                        ("PROBE_LEAVE", left.ToString(CultureInfo.InvariantCulture)));
                    Assert.False(
                        ended.Exit == 99 || ended.Error.Contains("unshare", StringComparison.Ordinal),
                        "This machine allows no user namespace with mounts (unshare -Urm), so a full disk cannot be tested. It says: " + ended.Error);
                    string[] lines = ended.Output.TrimEnd().Split('\n');
                    named += lines.TakeWhile(line => !line.StartsWith("exit ", StringComparison.Ordinal)).Count();
                    broken.AddRange(Complaints(root, lines).Select(complaint => $"{manner}, {left} KiB left of the disk of the {place}: {complaint}\n{ended.Output}{ended.Error}"));
                    Directory.Delete(root, recursive: true);
                }
            }
        }

        Pressure.Report(_output, $"{runs} resets while the disk fills up: {named} stale copies, each named; {broken.Count} lost tokens, torn files or wrong exit codes");
        Assert.True(broken.Count == 0, string.Join('\n', broken));
        Assert.True(named > 0, "No disk was full.");
    }

    private static List<string> Complaints(string root, string[] lines)
    {
        string living = File.ReadAllText(Path.Combine(root, "service"));
        int exit = Number(lines, "exit ");
        int exitOfResume = Number(lines, "resumed ");
        string[] named = [.. lines.TakeWhile(line => !line.StartsWith("exit ", StringComparison.Ordinal))];
        List<string> complaints = [];
        foreach ((string file, string content) in Contents(lines, "after "))
        {
            bool isCurrent = IsWhole(file, content, living);
            bool isNamed = Array.Exists(named, line => line.EndsWith("/" + file, StringComparison.Ordinal));
            complaints.AddRange(isCurrent || IsWhole(file, content, Old) ? [] : [$"{file} is torn"]);
            complaints.AddRange(isCurrent || (isNamed && exit != 0) || living == Old ? [] : [$"{file} is stale and not named"]);
        }

        complaints.AddRange(Contents(lines, "end ").Where(copy => !IsWhole(copy.File, copy.Content, living)).Select(copy => $"{copy.File} is stale at the end"));
        complaints.AddRange(lines.Where(line => line.StartsWith("left ", StringComparison.Ordinal)));
        complaints.AddRange(exitOfResume is 0 or 10 ? [] : ["it could not be resumed"]);
        return complaints;
    }

    private static int Number(string[] lines, string word) =>
        int.Parse(Array.Find(lines, line => line.StartsWith(word, StringComparison.Ordinal))![word.Length..], CultureInfo.InvariantCulture);

    private static (string File, string Content)[] Contents(string[] lines, string word) =>
        [.. lines.Where(line => line.StartsWith(word, StringComparison.Ordinal)).Select(line => line.Split(' ')).Select(words => (words[1], Encoding.UTF8.GetString(Convert.FromBase64String(words[2]))))];

    private static bool IsWhole(string file, string content, string token) =>
        file.EndsWith(".json", StringComparison.Ordinal) ? content == $$"""{"Sysdig:SecureApiToken":"{{token}}"}""" : content == $"Sysdig__SecureApiToken={token}\n";

    private string Prepare(string name)
    {
        string root = _disk.Create(name);
        File.WriteAllText(Path.Combine(root, "service"), Old);
        Directory.CreateDirectory(Path.Combine(root, "files"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.CreateDirectory(Path.Combine(root, "state"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        string secrets = Path.Combine(root, Files[3]);
        Directory.CreateDirectory(Path.GetDirectoryName(secrets)!);
        File.WriteAllText(secrets, $$"""{"Sysdig:SecureApiToken":"{{Old}}","Other:Token":"{{Old}}"}""");
        return root;
    }
}
