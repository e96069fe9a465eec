using System.Text.Json;
using SecureToken.Core.Destinations;
using SecureToken.Core.Destinations.Commands;
using SecureToken.Core.Operations.Reset;
using SecureToken.Core.Text.Kubernetes;
using Xunit;

namespace SecureToken.Core.Tests.Operations.Reset;

/// <summary>A copy is no program: what a person has to do so that every program uses the new token.</summary>
public sealed class TodoTests
{
    public static TheoryData<string> Presets => [.. CommandPresets.All.Select(preset => preset.Name)];

    [Fact]
    public async Task The_receipt_lists_what_is_left_to_do_for_each_copy_that_follows()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        Destination dotenv = machine.Dotenv(machine.At("api.env"));
        Destination json = machine.Builder().Json(machine.At("app.json")).Value;
        Destination manifest = machine.Builder().Kubernetes(machine.At("sysdig.yaml"), new ManifestKey("sysdig", "prod", "token")).Value;
        Destination[] all = [dotenv, json, manifest];
        await machine.InjectAsync(all);

        // Someone else was faster with one of them; what reads it has the old token all the same.
        ResetReport report = await machine.RunAsync(machine.Guided(all), new Guide(machine)
        {
            Pointed = () =>
            {
                machine.Press();
                machine.InjectAsync(json).GetAwaiter().GetResult();
            },
        });
        Assert.Empty(report.Failures);
        string[] expected =
        [
            $"restart what reads {dotenv.Location}",
            $"restart what reads {json.Location} only at its start",
            $"apply {manifest.Location} (kubectl apply -f), and restart the pods that have the Secret in their environment",
        ];
        Assert.Equal(expected, report.Todo);
        using var receipt = JsonDocument.Parse(Assert.Single(machine.Receipts()));
        Assert.Equal(expected, receipt.RootElement.GetProperty("todo").EnumerateArray().Select(step => step.GetString()));
    }

    [Fact]
    public async Task What_programs_reload_by_themselves_is_named_apart_from_what_needs_a_restart()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        Destination secrets = machine.Builder().UserSecrets("api").Value;
        Destination stubborn = machine.Builder().UserSecrets("worker").Value;
        Destination manifest = machine.Builder().Kubernetes(machine.At("sysdig.yaml"), new ManifestKey("sysdig", "prod", "token")).Value;
        Destination dotenv = machine.Builder("TOKEN").Dotenv(machine.At("api.env")).Value;
        Destination plain = machine.Builder().Json(machine.At("app.json")).Value;
        stubborn.DeclaredReloads = false;
        manifest.DeclaredReloads = dotenv.DeclaredReloads = true;
        Destination[] all = [secrets, stubborn, manifest, dotenv, plain];
        await machine.InjectAsync(all);
        ResetReport report = await machine.RunAsync(machine.Guided(all), new Guide(machine) { Pointed = () => machine.Press() });
        Assert.Empty(report.Failures);
        Assert.Equal([true, false, true, true, false], report.Destinations.Select(line => line.Result.Destination.Reloads));
        Assert.Equal(
            [
                $"restart what reads {stubborn.Location} only at its start",
                $"apply {manifest.Location} (kubectl apply -f)",
                $"restart what reads {plain.Location} only at its start",
            ],
            report.Todo);
        using var receipt = JsonDocument.Parse(Assert.Single(machine.Receipts()));
        Assert.Equal(
            [true, false, true, true, false],
            receipt.RootElement.GetProperty("destinations").EnumerateArray().Select(line => line.GetProperty("reloads").GetBoolean()));
    }

    [Fact]
    public async Task A_resumed_reset_knows_what_reloads()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        Destination[] files = [machine.Dotenv(machine.At("0.env")), machine.Dotenv(machine.At("1.env"))];
        files[0].DeclaredReloads = true;
        await machine.InjectAsync(files);
        string obstacle = files[1].Location + ".sectoken.tmp";
        await machine.RunAsync(machine.Guided(files), new Guide(machine) { OnNoticed = () => Directory.CreateDirectory(obstacle) });
        Directory.Delete(obstacle);
        Assert.Equal([files[1].AfterReset!], (await machine.ResumeAsync()).Todo);
    }

    [Fact]
    public async Task Nothing_is_to_be_done_where_nothing_was_reset_or_written()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        Destination[] files = machine.Files(2);
        await machine.InjectAsync(files);
        Assert.Empty((await machine.RunAsync(machine.Guided(files) with { IsRehearsal = true })).Todo);
        machine.Press();
        await machine.InjectAsync(files[1]);
        ResetReport updated = await machine.RunAsync(machine.Guided(files), new Guide(machine) { Updates = true });
        Assert.Equal(ResetManner.Updated, updated.Manner);
        Assert.Equal([files[0].AfterReset!], updated.Todo);
    }

    [Fact]
    public async Task A_resumed_reset_lists_what_the_earlier_run_has_written_too()
    {
        await using ResetMachine machine = await ResetMachine.StartAsync();
        Destination[] files = machine.Files(2);
        await machine.InjectAsync(files);
        string obstacle = files[1].Location + ".sectoken.tmp";
        ResetReport report = await machine.RunAsync(machine.Guided(files), new Guide(machine) { OnNoticed = () => Directory.CreateDirectory(obstacle) });
        Assert.Equal([files[0].AfterReset!], report.Todo);
        Directory.Delete(obstacle);
        Assert.Equal(files.Select(file => file.AfterReset!), (await machine.ResumeAsync()).Todo);
    }

    [Theory]
    [MemberData(nameof(Presets))]
    public void Every_preset_says_what_takes_the_new_value(string name)
    {
        CommandPreset preset = CommandPresets.All.Single(preset => preset.Name == name);
        Destination destination = CommandPresets.Make(
            name, preset.Parameters.Where(parameter => parameter.IsRequired).ToDictionary(parameter => parameter.Name, _ => "mine"),
            new CommandSettings { Run = [], BaseDirectory = "/", Variables = static _ => null }).Value;
        Assert.Contains("mine", destination.AfterReset!, StringComparison.Ordinal);
        Assert.DoesNotContain("has stored", destination.AfterReset!, StringComparison.Ordinal);
    }
}
