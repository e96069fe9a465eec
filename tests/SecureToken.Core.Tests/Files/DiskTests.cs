using Xunit;

namespace SecureToken.Core.Tests.Files;

/// <summary>Real file systems in a mount namespace of their own, which needs no rights where the kernel allows user namespaces.</summary>
[Trait("System", "Unix")]
[Trait("Needs", "probe")]
public sealed class DiskTests : IDisposable
{
    private readonly Sandbox _box = new();

    public void Dispose() => _box.Dispose();

    [Fact]
    public async Task A_full_disk_keeps_the_old_file_and_no_temporary_one()
    {
        const string Script = """
            mount -t tmpfs -o size=16k,mode=700 none "$(dirname "$3")" || exit 99
            printf 'a=old\n' > "$3"; chmod 600 "$3"
            "$1" set "$3" "$4" big "$5"; echo "exit $?"; cat "$3"; ls -A "$(dirname "$3")"
            """;
        Ended ended = await InMountNamespace(Script, new string('x', 16_000));
        Assert.Equal("exit 17\na=old\nsecrets.env\n", ended.Output);
        Assert.Matches("^SECTOK505: .*(space|disk)", ended.Error);
        Assert.Single(ended.Error.TrimEnd().Split('\n'));
    }

    /// <summary>
    /// Past the limit the kernel sends a signal that ends the process; a process that has a handler for it, as the tool has, gets an error.
    /// </summary>
    [Fact]
    public async Task A_limit_on_the_size_of_files_keeps_the_old_file_and_the_next_run_removes_the_temporary_one()
    {
        const string Script = """
            d="$(dirname "$3")"; printf 'a=old\n' > "$3"; chmod 600 "$3"
            (ulimit -f 1 && "$1" set "$3" "$4" big "$5"); echo "exit $?"; cat "$3"
            "$1" set "$3" "$4" a new; echo "exit $?"; cat "$3"; ls -A "$d"
            """;
        Ended ended = await Command.Run("bash", ["-c", Script, "bash", await Probe.Executable, "set", _box.Target, _box.LockFile, new string('x', 16_000)]);
        Assert.Equal("exit 153\na=old\nok\nexit 0\na=new\nsecrets.env\n", ended.Output);
    }

    [Fact]
    public async Task A_read_only_mount_is_a_failure_for_a_new_value_and_none_for_the_same()
    {
        const string Script = """
            d="$(dirname "$3")"; printf 'a=old\n' > "$3"; chmod 600 "$3"
            mount --bind "$d" "$d" && mount -o remount,ro,bind "$d" || exit 99
            "$1" set "$3" "$4" a old; echo "exit $?"
            "$1" set "$3" "$4" a new; echo "exit $?"; cat "$3"; ls -A "$d"
            """;
        Ended ended = await InMountNamespace(Script, "-");
        Assert.Equal("ok\nexit 0\nexit 17\na=old\nsecrets.env\n", ended.Output);
        Assert.Matches("^SECTOK505: .*[Rr]ead-only", ended.Error);
    }

    [Fact]
    public async Task Before_a_write_it_is_found_out_that_the_mount_is_read_only()
    {
        const string Script = """
            d="$(dirname "$3")"; printf 'a=old\n' > "$3"; chmod 600 "$3"
            "$1" rehearse "$3" "$4"; echo "exit $?"; ls -A "$d"
            mount --bind "$d" "$d" && mount -o remount,ro,bind "$d" || exit 99
            "$1" rehearse "$3" "$4"; echo "exit $?"; cat "$3"; ls -A "$d"
            """;
        Ended ended = await InMountNamespace(Script, "-");
        Assert.Equal("ok\nexit 0\nsecrets.env\nexit 17\na=old\nsecrets.env\n", ended.Output);
        Assert.Matches("^SECTOK505: .*[Rr]ead-only", ended.Error);
    }

    [Fact]
    public async Task Before_a_write_it_is_found_out_that_the_disk_is_full()
    {
        const string Script = """
            mount -t tmpfs -o size=16k,mode=700 none "$(dirname "$3")" || exit 99
            printf 'a=old\n' > "$3"; chmod 600 "$3"; head -c 8000 /dev/zero > "$(dirname "$3")/other"
            "$1" rehearse "$3" "$4"; echo "exit $?"; cat "$3"; ls -A "$(dirname "$3")"
            """;
        Ended ended = await InMountNamespace(Script, "-");
        Assert.Equal("exit 17\na=old\nother\nsecrets.env\n", ended.Output);
        Assert.Matches("^SECTOK505: .*(space|disk)", ended.Error);
    }

    [Fact]
    public async Task Before_a_write_it_is_found_out_that_the_file_is_mounted_by_itself()
    {
        // As containers mount single files: its directory may be written in, and yet nothing can take its place.
        const string Script = """
            printf 'a=old\n' > "$3"; chmod 600 "$3"; mount --bind "$3" "$3" || exit 99
            "$1" rehearse "$3" "$4"; echo "exit $?"
            "$1" set "$3" "$4" a new; echo "exit $?"; cat "$3"; ls -A "$(dirname "$3")"
            """;
        Ended ended = await InMountNamespace(Script, "-");
        Assert.Equal("exit 17\nexit 17\na=old\nsecrets.env\n", ended.Output);
        Assert.Matches("^SECTOK527: .* mounted by itself.*Mount its directory", ended.Error);
    }

    [Fact]
    public async Task Where_the_lock_cannot_be_made_the_variable_that_moves_it_is_named()
    {
        const string Script = """
            d="$(dirname "$4")"; mkdir -p "$d"; mount --bind "$d" "$d" && mount -o remount,ro,bind "$d" || exit 99
            "$1" set "$3" "$4" a new; echo "exit $?"; ls -A "$(dirname "$3")"
            """;
        Ended ended = await InMountNamespace(Script, "-");
        Assert.Equal("exit 17\n", ended.Output);
        Assert.Matches("^SECTOK528: The lock .*target.lock .*[Rr]ead-only.*SECTOKEN_STATE_DIR", ended.Error);
    }

    private async Task<Ended> InMountNamespace(string script, string value)
    {
        Ended ended = await Command.Run(
            "unshare", ["-Urm", "sh", "-c", script, "sh", await Probe.Executable, "set", _box.Target, _box.LockFile, value]);
        Assert.False(
            ended.Exit == 99 || ended.Error.Contains("unshare", StringComparison.Ordinal),
            "This machine allows no user namespace with mounts (unshare -Urm), so a full disk cannot be tested. On Ubuntu: "
            + "sysctl kernel.apparmor_restrict_unprivileged_userns=0. It says: " + ended.Error);
        return ended;
    }
}
