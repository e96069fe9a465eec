using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SecureToken.TestSupport.Crashes;

/// <summary>What a crash may leave.</summary>
/// <param name="Image">What is on the disk then.</param>
/// <param name="At">After which step it happens.</param>
/// <param name="IsSaid">Whether success had been said.</param>
public sealed record CrashState(DiskImage Image, int At, bool IsSaid);

/// <summary>
/// Every state in which a power cut may leave a disk, of a program whose steps are known. Nothing is promised but what POSIX does: what
/// was flushed is there; of everything else each step may be there or not, whatever came before it or after it. Bytes that were not
/// flushed may also be there by half, or be nothing but a length. A new file that was flushed has no name before its directory is
/// flushed: the model is stricter than most file systems are.
/// </summary>
public static class CrashModel
{
    /// <summary>The states, each once.</summary>
    /// <param name="trace">What the program did.</param>
    /// <param name="about">Which files are looked at, by their paths; the steps of others are left out. All when null.</param>
    /// <param name="elsewhere">Which files are on a machine that goes on: what was done to them is done.</param>
    /// <param name="most">How many states of one moment are tried before only some of them are, always the same.</param>
    public static IEnumerable<CrashState> States(
        DiskTrace trace, Func<string, bool>? about = null, Func<string, bool>? elsewhere = null, int most = 4096)
    {
        bool[] isMeant = [.. Meant(trace, about ?? (static _ => true))];
        bool[] isElsewhere = [.. elsewhere is null ? new bool[isMeant.Length] : Meant(trace, elsewhere)];
        var seen = new HashSet<string>(StringComparer.Ordinal);
        bool isSaid = false;
        for (int at = 0; at <= trace.Steps.Count; at++)
        {
            if (at > 0)
            {
                DiskStep last = trace.Steps[at - 1];
                isSaid |= last.Kind == DiskStepKind.Say;
                if (!isMeant[at - 1] && !isElsewhere[at - 1] && last.Kind != DiskStepKind.Say)
                {
                    continue;
                }
            }

            foreach (int[] choice in Choices(trace, at, i => isMeant[i] && !isElsewhere[i], most))
            {
                DiskImage image = Apply(trace, at, choice);
                if (seen.Add(KeyOf(image, isSaid)))
                {
                    yield return new CrashState(image, at, isSaid);
                }
            }
        }
    }

    /// <summary>The steps that have a part in what the files look like.</summary>
    private static IEnumerable<bool> Meant(DiskTrace trace, Func<string, bool> about)
    {
        HashSet<int> nodes = [.. trace.Steps.Where(step => step.IsOfName && step.Node >= 0 && (about(step.Path) || (step.From.Length > 0 && about(step.From)))).Select(step => step.Node)];
        nodes.UnionWith(trace.Before.Files.Keys.Select((path, node) => (path, node)).Where(file => about(file.path)).Select(file => file.node));
        return trace.Steps.Select(step =>
            step.Kind == DiskStepKind.MakeDirectory ? about(step.Path)
                : step.Kind is not (DiskStepKind.Say or DiskStepKind.SyncDirectory) && nodes.Contains(step.Node));
    }

    /// <summary>What becomes of each step before a moment: 0 lost, 1 there, 2 only its length, 3 the first half of it.</summary>
    private static IEnumerable<int[]> Choices(DiskTrace trace, int at, Func<int, bool> isMeant, int most)
    {
        int[] all = new int[at];
        List<int> pending = [];
        for (int i = 0; i < at; i++)
        {
            all[i] = 1;
            if (isMeant(i) && (trace.Steps[i].IsOfName || trace.Steps[i].IsOfContent) && !IsDurable(trace, i, at))
            {
                pending.Add(i);
            }
        }

        int[] variants = [.. pending.Select(i => trace.Steps[i] is { Kind: DiskStepKind.Write, Bytes.Length: var length } ? (length > 1 ? 4 : 3) : 2)];
        double count = variants.Aggregate(1.0, (product, some) => product * some);
        return count <= most ? Each() : Some();

        int[] With(Func<int, int> chosen)
        {
            int[] choice = [.. all];
            for (int p = 0; p < pending.Count; p++)
            {
                choice[pending[p]] = chosen(p);
            }

            return choice;
        }

        IEnumerable<int[]> Each()
        {
            int[] digits = new int[variants.Length];
            while (true)
            {
                yield return With(p => digits[p]);
                int place = 0;
                while (place < digits.Length && ++digits[place] == variants[place])
                {
                    digits[place++] = 0;
                }

                if (place == digits.Length)
                {
                    yield break;
                }
            }
        }

        IEnumerable<int[]> Some()
        {
            yield return With(_ => 0);
            yield return With(_ => 1);
            for (int one = 0; one < pending.Count; one++)
            {
                for (int variant = 0; variant < variants[one]; variant++)
                {
                    yield return With(p => p == one ? variant : 0);
                    yield return With(p => p == one ? variant : 1);
                }
            }

            var random = new Random(at);
            for (int i = 0; i < most / 4; i++)
            {
                yield return With(p => random.Next(variants[p]));
            }
        }
    }

    private static bool IsDurable(DiskTrace trace, int step, int at)
    {
        DiskStep done = trace.Steps[step];
        for (int i = step + 1; i < at; i++)
        {
            DiskStep later = trace.Steps[i];
            if (done.IsOfContent
                ? later.Kind == DiskStepKind.SyncFile && later.Node == done.Node
                : later.Kind == DiskStepKind.SyncDirectory && later.Path == (Path.GetDirectoryName(done.Path) ?? string.Empty))
            {
                return true;
            }
        }

        return false;
    }

    private static DiskImage Apply(DiskTrace trace, int at, int[] choice)
    {
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        var contents = new Dictionary<int, byte[]>();
        foreach ((string path, byte[] content) in trace.Before.Files)
        {
            contents.Add(names.Count, content);
            names.Add(path, names.Count);
        }

        var made = new SortedSet<string>(trace.Before.Directories, StringComparer.Ordinal);
        for (int i = 0; i < at; i++)
        {
            DiskStep step = trace.Steps[i];
            if (choice[i] == 0)
            {
                continue;
            }

            switch (step.Kind)
            {
                case DiskStepKind.Create:
                    names[step.Path] = step.Node;
                    break;
                case DiskStepKind.MakeDirectory:
                    made.Add(step.Path);
                    break;
                case DiskStepKind.Rename:
                    if (names.TryGetValue(step.From, out int there) && there == step.Node)
                    {
                        names.Remove(step.From);
                    }

                    names[step.Path] = step.Node;
                    break;
                case DiskStepKind.Remove:
                    if (names.TryGetValue(step.Path, out int named) && named == step.Node)
                    {
                        names.Remove(step.Path);
                    }

                    break;
                case DiskStepKind.Write:
                    contents[step.Node] = Written(contents.GetValueOrDefault(step.Node, []), step, choice[i]);
                    break;
                case DiskStepKind.Cut:
                    byte[] content = contents.GetValueOrDefault(step.Node, []);
                    Array.Resize(ref content, (int)step.Offset);
                    contents[step.Node] = content;
                    break;
            }
        }

        var image = new DiskImage();
        image.Directories.UnionWith(made.Where(directory => IsReached(directory, made)));
        foreach ((string path, int node) in names.Where(name => IsReached(Path.GetDirectoryName(name.Key) ?? string.Empty, made)))
        {
            image.Files.Add(path, contents.GetValueOrDefault(node, []));
        }

        return image;
    }

    /// <summary>A directory that is lost takes with it what is in it.</summary>
    private static bool IsReached(string directory, SortedSet<string> made)
    {
        for (string? at = directory; !string.IsNullOrEmpty(at); at = Path.GetDirectoryName(at))
        {
            if (!made.Contains(at))
            {
                return false;
            }
        }

        return true;
    }

    private static byte[] Written(byte[] old, DiskStep step, int variant)
    {
        byte[] bytes = variant == 2 ? new byte[step.Bytes.Length] : variant == 3 ? step.Bytes[..(step.Bytes.Length / 2)] : step.Bytes;
        byte[] content = [.. old];
        Array.Resize(ref content, (int)Math.Max(old.Length, step.Offset + bytes.Length));
        bytes.CopyTo(content, step.Offset);
        return content;
    }

    private static string KeyOf(DiskImage image, bool isSaid)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([isSaid ? (byte)1 : (byte)0]);
        foreach (string directory in image.Directories)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(directory + "/\0"));
        }

        foreach ((string path, byte[] content) in image.Files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{path}\0{content.Length}\0")));
            hash.AppendData(content);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
