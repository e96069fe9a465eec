using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using SecureToken.Core.Interop;
using SecureToken.Core.Model;

namespace SecureToken.Core.Processes;

/// <summary>The environment of another program: this process's own, less some variables, plus some whose values are secret.</summary>
/// <remarks>What is inherited is neither decoded nor copied, so that bytes that are no text arrive as they were.</remarks>
public sealed class ChildEnvironment : IDisposable
{
    private static readonly StringComparer Names = OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    private readonly HashSet<string> _removed = new(Names);
    private readonly Dictionary<string, byte[]> _added = new(Names);

    /// <summary>The environment without what proves to IAM who we are: a program that gets the token needs no way to get more.</summary>
    public static ChildEnvironment WithoutCredentials()
    {
        var environment = new ChildEnvironment();
        foreach (string name in CredentialVariables.All)
        {
            environment.Remove(name);
        }

        return environment;
    }

    /// <summary>The variables that are taken away.</summary>
    internal ISet<string> Removed => _removed;

    /// <summary>Takes a variable away.</summary>
    public void Remove(string name) => _removed.Add(name);

    /// <summary>Gives a variable a value, which is copied.</summary>
    /// <param name="name">Its name, without <c>=</c>.</param>
    /// <param name="value">Its value, without a NUL.</param>
    public void Set(string name, ReadOnlySpan<byte> value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        int length = Encoding.UTF8.GetByteCount(name) + 1;
        byte[] entry = GC.AllocateArray<byte>(length + value.Length + 1, pinned: true);
        Encoding.UTF8.GetBytes(name, entry);
        entry[length - 1] = (byte)'=';
        value.CopyTo(entry.AsSpan(length));
        if (_added.Remove(name, out byte[]? earlier))
        {
            CryptographicOperations.ZeroMemory(earlier);
        }

        _added.Add(name, entry);
    }

    /// <summary>Zeroes the values that were given.</summary>
    public void Dispose()
    {
        foreach (byte[] entry in _added.Values)
        {
            CryptographicOperations.ZeroMemory(entry);
        }
    }

    /// <summary>Pointers to all variables, ending with a null; they hold until this is disposed.</summary>
    [UnsupportedOSPlatform("windows")]
    internal unsafe nint[] ToBlock()
    {
        List<nint> pointers = [];
        for (byte** inherited = Posix.Environment(); inherited is not null && *inherited is not null; inherited++)
        {
            ReadOnlySpan<byte> entry = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(*inherited);
            int separator = entry.IndexOf((byte)'=');
            string name = Encoding.UTF8.GetString(separator < 0 ? entry : entry[..separator]);
            if (!_removed.Contains(name) && !_added.ContainsKey(name))
            {
                pointers.Add((nint)(*inherited));
            }
        }

        foreach (byte[] entry in _added.Values)
        {
            pointers.Add((nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(entry)));
        }

        pointers.Add(0);
        return [.. pointers];
    }

    /// <summary>The same for Windows, whose environment is text.</summary>
    /// <returns>The strings of the values that were given, to be cleared.</returns>
    internal IReadOnlyList<string> Apply(IDictionary<string, string?> environment)
    {
        foreach (string name in _removed)
        {
            environment.Remove(name);
        }

        List<string> given = [];
        foreach ((string name, byte[] entry) in _added)
        {
            string value = Encoding.UTF8.GetString(entry.AsSpan(Encoding.UTF8.GetByteCount(name) + 1).TrimEnd((byte)0));
            environment[name] = value;
            given.Add(value);
        }

        return given;
    }
}
