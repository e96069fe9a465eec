using System.Text;

namespace SecureToken.Core.Tests.Text.Dotenv;

/// <summary>
/// The rules of <c>docker run --env-file</c> (docs.docker.com/reference/cli/docker/container/run, and what its client does): a line is
/// <c>NAME=value</c> with all of the value as it stands, quotes and comments behind it included; a name alone is taken from the
/// environment; lines that start with <c>#</c> are comments; blanks before a name go, blanks in it are an error.
/// </summary>
internal static class DockerEnvFile
{
    public static DotenvReading[] Read(IEnumerable<byte[]> documents) => [.. documents.Select(Read)];

    private static DotenvReading Read(byte[] document)
    {
        Dictionary<string, string> values = [];
        string text = Encoding.UTF8.GetString(document);
        foreach (string raw in (text.StartsWith('\uFEFF') ? text[1..] : text).Split('\n'))
        {
            string line = (raw.EndsWith('\r') ? raw[..^1] : raw).TrimStart();
            int sign = line.IndexOf('=', StringComparison.Ordinal);
            string name = sign < 0 ? line : line[..sign];
            if (line.Length == 0 || line.StartsWith('#'))
            {
                continue;
            }

            if (name.Length == 0 || name.Any(char.IsWhiteSpace))
            {
                return new DotenvReading([], "a name is empty or has blanks");
            }

            if (sign >= 0)
            {
                values[name] = line[(sign + 1)..];
            }
        }

        return new DotenvReading(values, string.Empty);
    }
}
