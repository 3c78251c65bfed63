//! A miniature workspace: a few schools as canonical tables, the house's own method, references and reports.
#![expect(clippy::disallowed_methods, reason = "a test lays out and looks at a folder of its own")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use rsoko::lake::{Disk, RealDisk, hash_bytes, parquet};
use rsoko::run::{OpenRun, Workspace};
use rsoko::stats::Rng;
use rsoko::tables::{Measure, ResultRow, School, Table};

use crate::support::TempDir;

/// The pipeline of the miniature.
pub const PIPELINE: &str = "mini";
const SCHOOLS: u32 = 12;
const YEARS: [i32; 2] = [2024, 2025];
const MEASURES: [&str; 4] = ["large_families", "low_income", "both_parents_graduates", "non_native_russian"];
const ALL_STAGES: &[&str] =
    &["validate", "indicators", "identification", "context", "clusters", "factors", "objectivity", "reports"];
const QUICK_STAGES: &[&str] = &["indicators", "identification", "reports"];

/// A miniature workspace in a folder of its own.
pub struct Miniature {
    _temp: TempDir,
    path: PathBuf,
    stages: &'static [&'static str],
}

impl Miniature {
    /// Lays the workspace out with its first variant of the data and the stages that are quick.
    pub fn new(name: &str) -> Self {
        Self::with(name, "", QUICK_STAGES)
    }

    /// The same with all stages, in a folder of this name.
    pub fn complete(name: &str, folder: &str) -> Self {
        Self::with(name, folder, ALL_STAGES)
    }

    /// The repository's own pipeline under the miniature's name; the senders' files are the test's to make.
    pub fn annual(name: &str, folder: &str) -> Self {
        let mini = Self::with(name, folder, ALL_STAGES);
        let annual = Path::new(env!("CARGO_MANIFEST_DIR")).join("pipelines/identification.toml");
        std::fs::copy(annual, mini.path.join("pipelines/mini.toml")).unwrap();
        mini
    }

    fn with(name: &str, folder: &str, stages: &'static [&'static str]) -> Self {
        let temp = TempDir::new(name);
        let path = temp.path().join(folder);
        let home = Path::new(env!("CARGO_MANIFEST_DIR"));
        for folder in ["pipelines/methods", "pipelines/layouts", "data/reference", "reports", "reports/theme"]
        {
            copy_files(&home.join(folder), &path.join(folder));
        }
        let mini = Self { _temp: temp, path, stages };
        std::fs::create_dir_all(mini.path.join("data/tables")).unwrap();
        mini.vary(0);
        mini
    }

    /// Gives the workspace this variant of the data and of the declaration.
    pub fn vary(&self, variant: u32) {
        self.table::<School>("school", schools());
        self.table::<ResultRow>("result", results(variant));
        self.table::<Measure>("measure", measures());
        let directions: Vec<String> = MEASURES.iter().map(|measure| format!("{measure} = 1")).collect();
        let parameters = |kind: &str| match kind {
            "identification" => "draws = 40\n".to_owned(),
            "context" => format!("measures = {{ {} }}\ndraws = 100\n", directions.join(", ")),
            "clusters" => {
                format!(
                    "columns = {MEASURES:?}\nk = [2, 3]\nstarts = 3\norder_by = \"low_income\"\nresamples = 10\nreferences = 5\ndraws = 20\n"
                )
            }
            "factors" => "set = \"korenovsk-2020\"\nresamples = 2\n".to_owned(),
            "objectivity" => "regions = 1\n".to_owned(),
            _ => String::new(),
        };
        let stage = |kind: &&str| format!("[[stage]]\nkind = \"{kind}\"\n{}", parameters(kind));
        let stages: String = self.stages.iter().map(stage).collect();
        let declaration = format!(
            "title = {{ ru = \"Малый район\", en = \"A small district\" }}\nmethod = \"federal-847\"\nyears = [2024, 2025]\n\
             seed = {variant}\nlanguages = [\"ru\"]\n[tables]\nschool = \"data/tables/school.parquet\"\n\
             result = \"data/tables/result.parquet\"\nmeasure = \"data/tables/measure.parquet\"\n{stages}"
        );
        std::fs::write(self.path.join("pipelines/mini.toml"), declaration).unwrap();
    }

    fn table<T: Table>(&self, name: &str, rows: Vec<T>) {
        let bytes = parquet::encode(T::SPEC, &T::frame(rows).unwrap()).unwrap();
        let path = self.path.join(format!("data/tables/{name}.parquet"));
        // Another file, as every careful writer does: runs keep the old one by its second name.
        let _ = std::fs::remove_file(&path);
        std::fs::write(path, bytes).unwrap();
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn open(&self) -> Workspace {
        self.open_on(Arc::new(RealDisk))
    }

    pub fn open_on(&self, disk: Arc<dyn Disk>) -> Workspace {
        Workspace::open(&self.path, disk).unwrap()
    }

    /// Every file of a run's folder with the hash of its bytes.
    pub fn run_folder(&self, run: &str) -> BTreeMap<String, String> {
        tree(&self.path.join("reports/runs").join(run))
    }

    /// Removes all runs but one, as an analyst does who needs the space.
    pub fn remove_other_runs(&self, kept: &str) {
        for entry in std::fs::read_dir(self.path.join("reports/runs")).unwrap() {
            let entry = entry.unwrap();
            if entry.path().is_dir() && entry.file_name() != kept {
                std::fs::remove_dir_all(entry.path()).unwrap();
            }
        }
    }

    /// Removes the store and all runs.
    pub fn remove_everything_made(&self) -> std::io::Result<()> {
        std::fs::remove_dir_all(self.path.join("reports/runs"))?;
        std::fs::remove_dir_all(self.path.join("data/lake"))
    }

    /// Flips one bit of a file in place. What is returned flips it back.
    pub fn flip_a_bit(&self, file: &str, random: &mut Rng) -> impl FnOnce() + use<> {
        let path = self.path.join(file);
        let whole = std::fs::read(&path).unwrap();
        let mut bytes = whole.clone();
        let place = usize::try_from(random.below(bytes.len() as u64)).unwrap();
        bytes[place] ^= 1 << random.below(8);
        std::fs::write(&path, bytes).unwrap();
        move || std::fs::write(path, whole).unwrap()
    }

    /// Every file of the workspace with its bytes.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let read = |name: String| {
            let bytes = std::fs::read(self.path.join(&name)).unwrap();
            (name, bytes)
        };
        tree(&self.path).into_keys().map(read).collect()
    }

    /// Unfinished files anywhere in the workspace.
    pub fn unfinished(&self) -> Vec<String> {
        tree(&self.path).into_keys().filter(|path| path.contains(".tmp-")).collect()
    }
}

/// A process that runs the miniature.
pub fn run_command(workspace: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rsoko"));
    command.args(["run", PIPELINE, "--quiet", "--lang", "en", "--workspace"]).arg(workspace);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Opens the latest run and checks every file of it against its hash. Returns its id.
pub fn latest_whole(workspace: &Workspace) -> String {
    let run = OpenRun::latest(workspace).expect("a finished run is readable");
    for table in &run.manifest().tables {
        let frame = run.table(&table.name).expect("a table of a finished run is whole");
        assert_eq!(frame.height() as u64, table.rows, "{}", table.name);
    }
    for file in &run.manifest().files {
        let path = format!("reports/runs/{}/{}", run.manifest().run, file.name);
        let bytes = workspace.root().read(&path).expect("a file of a finished run");
        assert_eq!(hash_bytes(&bytes), file.hash, "{}", file.name);
    }
    run.manifest().run.clone()
}

fn tree(folder: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
                files.insert(name, hash_bytes(&std::fs::read(&path).unwrap()).to_string());
            }
        }
    }
    files
}

fn copy_files(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            std::fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
        }
    }
}

fn school_id(number: u32) -> String {
    format!("{}", 100_000 + number)
}

fn schools() -> Vec<School> {
    let school = |year: i32, number: u32| School {
        year,
        school_id: school_id(number),
        name_short: format!("МБОУ СОШ № {number}"),
        municipality: if number.is_multiple_of(2) {
            "Заречный район"
        } else {
            "город Северск"
        }
        .to_owned(),
        enrolment: Some(200),
        kind: Some("general".to_owned()),
        locality: Some(if number.is_multiple_of(3) { "village" } else { "city" }.to_owned()),
        source_id: "s1".to_owned(),
        row: i32::try_from(number).unwrap() + 1,
        ..School::default()
    };
    YEARS.iter().flat_map(|&year| (1..=SCHOOLS).map(move |number| school(year, number))).collect()
}

/// Marks fall out of the school's number, the pupil's number and the variant: some schools are low, most are not.
fn results(variant: u32) -> Vec<ResultRow> {
    let mut rows = Vec::new();
    for &year in &YEARS {
        for (subject, grade) in [("ru", 5), ("ma", 5), ("ru", 6), ("ma", 6)] {
            for number in 1..=SCHOOLS {
                for pupil in 0..20u32 {
                    let dice = (pupil * 7 + number * 5 + variant) % 20;
                    rows.push(ResultRow {
                        year,
                        wave: Some("spring".to_owned()),
                        procedure: "vpr".to_owned(),
                        grade,
                        subject: subject.to_owned(),
                        school_id: school_id(number),
                        pupil_code: Some(format!("{pupil}")),
                        mark: Some(if dice < number { 2 } else { 4 }),
                        journal_mark: Some(if dice < 3 { 3 } else { 4 }),
                        status: "present".to_owned(),
                        source_id: "s2".to_owned(),
                        row: i32::try_from(rows.len()).unwrap() + 2,
                        ..ResultRow::default()
                    });
                }
            }
        }
    }
    rows
}

fn measures() -> Vec<Measure> {
    let mut rows = Vec::new();
    for &year in &YEARS {
        for (position, measure) in (0u32..).zip(MEASURES) {
            for number in 1..=SCHOOLS {
                let count = f64::from((number * 11 + position * 37) % 90);
                rows.push(Measure {
                    year,
                    period: "year".to_owned(),
                    school_id: school_id(number),
                    measure: measure.to_owned(),
                    numerator: Some(count),
                    denominator: Some(200.0),
                    value: Some(count / 200.0),
                    unit: "share".to_owned(),
                    status: "value".to_owned(),
                    source_id: "s3".to_owned(),
                    row: i32::try_from(number).unwrap() + 6,
                    column: "D".to_owned(),
                });
            }
        }
    }
    rows
}
