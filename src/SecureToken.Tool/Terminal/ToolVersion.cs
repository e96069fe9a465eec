using System.Reflection;

namespace SecureToken.Tool.Terminal;

/// <summary>The version of the tool.</summary>
internal static class ToolVersion
{
    /// <summary>As the package has it.</summary>
    public static string Text =>
        typeof(ToolVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";
}
