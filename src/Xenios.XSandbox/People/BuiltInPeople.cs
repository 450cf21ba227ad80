namespace Xenios.XSandbox.People;

/// <summary>The six people every sandbox starts with, one for each way a sign-in with X can go.</summary>
internal static class BuiltInPeople
{
    public static IReadOnlyList<Person> Create(string knownEmail) =>
    [
        new()
        {
            Key = "ada",
            Id = "1846092417305964545",
            Username = "ada_bystrom",
            Name = "Ada Byström",
            Email = "ada@example.com",
            EmailState = EmailState.Confirmed,
            ProfileImageUrl = "https://pbs.twimg.com/profile_images/1846093011245383680/aDa7Kq2x_normal.jpg",
            Description = "Mountains, engines, notes on both.",
            Location = "Göteborg",
            Url = "https://t.co/aDaByS7rOm",
            VerifiedType = "blue",
        },
        new()
        {
            Key = "ben",
            Id = "1590237764812341248",
            Username = "benokafor",
            Name = "Ben Okafor",
        },
        new()
        {
            Key = "cleo",
            Id = "1724408853691027456",
            Username = "cleo_k",
            Name = "Cleo Nováková",
            Email = knownEmail,
            EmailState = EmailState.Confirmed,
            ProfileImageUrl = "https://pbs.twimg.com/profile_images/1724409120003145728/cLe0pR4t_normal.jpg",
            Protected = true,
        },
        new()
        {
            Key = "dev",
            Id = "987654321098765432",
            Username = "dev_says_no",
            Name = "Dev Marsh",
            Email = "dev@example.com",
            EmailState = EmailState.Confirmed,
            ProfileImageUrl = "https://pbs.twimg.com/profile_images/987655002014515201/dEv9Zz1m_normal.jpg",
            Refuses = true,
        },
        new()
        {
            Key = "eve",
            Id = "1402883317745029120",
            Username = "eve_navarro",
            Name = "Eve Navarro",
            Email = "eve@example.com",
            EmailState = EmailState.Confirmed,
            ProfileImageUrl = "https://pbs.twimg.com/profile_images/1402884021147217920/eVe3Hn8w_normal.jpg",
            Suspended = true,
        },
        new()
        {
            Key = "finn",
            Id = "20714",
            Username = "finn_today",
            PreviousUsername = "finn_before",
            Name = "Finn O’Dwyer",
            Email = "finn@example.com",
            EmailState = EmailState.Confirmed,
            ProfileImageUrl = "https://pbs.twimg.com/profile_images/1811337420691185664/fInN5tQb_normal.jpg",
        },
    ];
}
