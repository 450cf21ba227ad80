using Xenios.Sdk;
using Xenios.Server.Environments;

namespace Xenios.Server.Tests.Environments;

/// <summary>When keys change (OpenID Connect Core §10.1.1; standards DSC-09; threats F02).</summary>
public sealed class KeyScheduleTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private static readonly KeySchedule Schedule = new(TimeSpan.FromDays(90), TimeSpan.FromHours(1), TimeSpan.FromDays(1));

    [Theory] // keys as "state age", ages in minutes
    [InlineData("a young key signs on", "active 10", "")]
    [InlineData("the next one is published an overlap before the time is over", "active 129540", "publish")]
    [InlineData("not sooner", "active 129539", "")]
    [InlineData("not twice", "active 129600, next 1", "")]
    [InlineData("it signs when it was published long enough", "active 129600, next 60", "activate")]
    [InlineData("not sooner", "active 129600, next 59", "")]
    [InlineData("also when a command published it", "active 10, next 60", "activate")]
    [InlineData("a retired key stays as long as its tokens", "active 10, retired 1499", "")]
    [InlineData("and is published no longer", "active 10, retired 1500", "withdraw")]
    [InlineData("a former key stays as long as a session", "active 10, former 1439", "")]
    [InlineData("and no longer", "active 10, former 1440", "remove")]
    [InlineData("each on its own", "active 129600, next 60, retired 1500, former 2000, retired 3", "activate, withdraw, remove")]
    public void What_is_due(string rule, string keys, string due) => Assert.Equal((rule, due), (rule, Due(Schedule, keys)));

    [Fact]
    public void Without_a_schedule_keys_change_by_command_only()
    {
        var byCommand = Schedule with { Every = null };
        Assert.Equal("", Due(byCommand, "active 9999999"));
        Assert.Equal("activate", Due(byCommand, "active 9999999, next 60"));
    }

    [Fact]
    public void Algorithms_change_apart()
    {
        KeyRecord[] keys = [Key("RS256", "active", 129_600), Key("ES256", "active", 129_600), Key("ES256", "next", 5)];
        Assert.Equal(new KeyStep.Publish("RS256"), Assert.Single(Schedule.Due(keys, Now)));
    }

    [Theory]
    [InlineData(null, null, 90, 60)]
    [InlineData(0, 300, null, 5)]
    [InlineData(1, 604_800, 1, 10_080)]
    public void Settings_have_their_defaults_and_no_overlap_is_shorter_than_a_cached_copy(int? days, int? overlap, int? every, int minutes)
    {
        var schedule = KeySchedule.Of(new SigningKeysResource { RotationDays = days, Overlap = overlap }, TimeSpan.FromDays(30));
        Assert.Equal((every, minutes, 30), (schedule.Every?.Days, (int)schedule.Overlap.TotalMinutes, schedule.Hints.Days));
        Assert.True(schedule.Overlap >= KeySchedule.CacheTime);
        Assert.True(KeySchedule.Kept > TimeSpan.FromSeconds(86_400), "the longest life of an access token");
    }

    private static string Due(KeySchedule schedule, string keys) => string.Join(", ", schedule.Due(
        [.. keys.Split(", ").Select(key => Key("RS256", key.Split(' ')[0], int.Parse(key.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture)))], Now)
        .Select(step => step.GetType().Name.ToLowerInvariant()));

    private static KeyRecord Key(string algorithm, string state, int minutes) =>
        new($"{algorithm}-{state}-{minutes}", algorithm, WireName.TryParse<KeyState>(state, out var known) ? known : throw new ArgumentException(state), Now.AddMinutes(-minutes));
}
