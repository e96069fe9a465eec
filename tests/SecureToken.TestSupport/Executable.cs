using System.Diagnostics;

namespace SecureToken.TestSupport;

/// <summary>
/// Programs that tests make. Another process puts each in its place: what this one has open for writing, a child that it starts just then
/// has open too for a moment, and no program runs that somebody has open for writing.
/// </summary>
public static class Executable
{
    /// <summary>Makes a program of a script.</summary>
    /// <returns>The path.</returns>
    public static string Write(string path, string script)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string text = path + ".text";
        File.WriteAllText(text, script);
        Copy(text, path);
        File.Delete(text);
        return path;
    }

    /// <summary>Makes a program of a copy of a file.</summary>
    /// <returns>The path.</returns>
    public static string Copy(string source, string path)
    {
        using Process install = Process.Start("install", ["-m", "700", "--", source, path]);
        install.WaitForExit();
        return install.ExitCode == 0 ? path : throw new InvalidOperationException($"{path} could not be made of {source}.");
    }
}
