using System.Text;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;
using SecureToken.Core.Interop;
using SecureToken.Tool.Terminal;

namespace SecureToken.Tool.Projects;

/// <summary>Offers to add the file of the token to <c>.gitignore</c>, so that the next <c>git add</c> does not take it.</summary>
internal sealed class IgnoreOffer(ToolConsole console, bool isAgreed, bool canAsk, CancellationToken cancellation)
{
    private const string FileName = ".gitignore";

    /// <summary>Adds the line when someone says yes, and shows it otherwise. </summary>
    /// <param name="path">The file, absolute, below the current directory. Git does not ignore it.</param>
    public Failure? Offer(string path)
    {
        string here = Environment.CurrentDirectory;
        string line = "/" + Escaped(PathRules.Here.Slashed(Path.GetRelativePath(here, path)));
        string file = Path.Combine(here, FileName);
        if (!isAgreed && !(canAsk && console.Confirm($"git does not ignore {path}. Add '{line}' to {FileName}?", cancellation)))
        {
            console.Always($"git does not ignore {path}. Add this line to {FileName} before the next commit: {line}");
            return null;
        }

        if (Add(file, line) is { } failure)
        {
            return failure;
        }

        console.Say($"ignored   {line} in {file}");
        return null;
    }

    private static Failure? Add(string file, string line)
    {
        if (!Path.Exists(file))
        {
            return TextFileEditor.Create(file, Encoding.UTF8.GetBytes(line + "\n"));
        }

        if (!TextFileEditor.Read(file).Succeeded(out byte[]? old, out Failure? failure))
        {
            return failure;
        }

        string separator = old.Length == 0 || old[^1] == (byte)'\n' ? string.Empty : "\n";
        return TextFileEditor.Replace(file, [.. old, .. Encoding.UTF8.GetBytes(separator + line + "\n")], old);
    }

    /// <summary>What has a meaning in a pattern is taken as it stands.</summary>
    private static string Escaped(string path)
    {
        var text = new StringBuilder();
        foreach (char letter in path)
        {
            if (letter is '*' or '?' or '[' or '\\')
            {
                text.Append('\\');
            }

            text.Append(letter);
        }

        return text.Length > 0 && text[^1] == ' ' ? text.Insert(text.Length - 1, '\\').ToString() : text.ToString();
    }
}
