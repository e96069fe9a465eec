using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;
using SecureToken.Tool.Terminal;

namespace SecureToken.Tool.Reports;

/// <summary>
/// The file that a report is written to, as a compiler writes its output: an earlier report is replaced, and nothing else is.
/// </summary>
internal sealed class ReportFile
{
    private readonly string _path;
    private readonly byte[]? _old;

    private ReportFile(string path, byte[]? old)
    {
        _path = path;
        _old = old;
    }

    /// <summary>Looks at what is there, before anything is done that a report would be about.</summary>
    /// <param name="path">As the user gave it.</param>
    /// <returns>The file; or 189.</returns>
    public static Result<ReportFile> Find(string path)
    {
        string full = Path.GetFullPath(path);
        if (Directory.Exists(full) || Path.EndsInDirectorySeparator(full))
        {
            return Failure.Of(DiagnosticDescriptors.ReportRefused, full, "this is a directory");
        }

        if (!Directory.Exists(Path.GetDirectoryName(full)))
        {
            return Failure.Of(DiagnosticDescriptors.ReportRefused, full, "its directory does not exist");
        }

        var file = new FileInfo(full);
        if (file.LinkTarget is not null)
        {
            return Failure.Of(DiagnosticDescriptors.ReportRefused, full, "this is a symbolic link");
        }

        if (!file.Exists && !Path.Exists(full))
        {
            return new ReportFile(full, null);
        }

        return !TextFileEditor.Read(full).Succeeded(out byte[]? old, out Failure? failure)
            ? Failure.Of(DiagnosticDescriptors.ReportRefused, full, failure.Message)
            : old.Length > 0 && !old.AsSpan().StartsWith(HtmlPage.Mark)
                ? Failure.Of(DiagnosticDescriptors.ReportRefused, full, "it is not a report of this tool")
            : new ReportFile(full, old);
    }

    /// <summary>Writes the report of a command and says where it is, or why there is none.</summary>
    /// <returns>The exit status: the command's own, or the failure's where the command has done its work.</returns>
    public int Write(byte[] page, int exit, ToolConsole console)
    {
        if (Write(page) is { } failure)
        {
            console.Error(failure);
            return exit == 0 ? ToolExit.Of(failure) : exit;
        }

        console.Say($"Report: {_path}");
        return exit;
    }

    /// <summary>Writes the report.</summary>
    /// <returns>Null; or 189, 505.</returns>
    private Failure? Write(byte[] page)
    {
        Failure? failure = _old is null ? TextFileEditor.Create(_path, page) : TextFileEditor.Replace(_path, page, _old);
        return failure?.Descriptor == DiagnosticDescriptors.FileInTheWay
            ? Failure.Of(DiagnosticDescriptors.ReportRefused, _path, "another program made it meanwhile") : failure;
    }
}
