import { Breather } from "../time/breather";
import { describeValue, isObject } from "../terms/json";
import { KINDS } from "../terms/kinds";
import type { AnswerContext } from "./answer";
import { InputError } from "./errors";
import { Job, type RowReader, type Skipped, Tools } from "./job";
import { FieldNames } from "./names";
import { Renames } from "./renames";
import { ActivityRows } from "./rows/activity";
import { BucketRows, type Gathered } from "./rows/buckets";
import { ObservationRows } from "./rows/observations";
import { TutorialRows } from "./rows/tutorial";
import { SeriesCount } from "./series";
import type { CheckedSettings } from "./settings";
import type { PointsOf } from "./shared-points";
import { ZeroFill } from "./zero-fill";

/** The result of one answer's rows. */
export interface Converted {
  readonly lines: string[];
  readonly skipped: Skipped[];
  /** Which points were made; see {@link SharedPoints}. */
  readonly points: PointsOf;
}

/** Lines between two looks at the clock. */
const STEP = 16;

/** Turns the rows of answers into lines; remembers names and series from answer to answer. */
export class Converter {
  readonly series = new SeriesCount();
  readonly #settings: CheckedSettings;
  readonly #names = new FieldNames();
  readonly #renames: Renames | undefined;
  /**
   * One of each class that works on rows, kept between two messages. When a garbage collection finds no object of a
   * class, V8 throws away its fast code, and the next poll would begin at a fifth of the speed.
   */
  kept: readonly unknown[] = [];
  /** Of the message before, unless that is still being worked on. */
  #tools: Tools | undefined;

  constructor(settings: CheckedSettings) {
    this.#settings = settings;
    this.#renames = settings.queueName === "tag" ? new Renames() : undefined;
  }

  /**
   * Converts the rows of one answer. Reports what cannot be encoded and leaves it out: a figure, a bucket or agent of a
   * row, or the row, never its neighbours. Works through large answers in slices.
   *
   * @throws InputError EncodeError when the settings do not suit the answer
   */
  async convert(rows: readonly unknown[], answer: AnswerContext): Promise<Converted> {
    const breather = new Breather();
    const work = this.#work(rows, answer);
    for (;;) {
      const step = work.next();
      if (step.done) return step.value;
      if (breather.late) await breather.breathe();
    }
  }

  /** As {@link convert}, for few rows in one go. */
  convertNow(rows: readonly unknown[], answer: AnswerContext): Converted {
    const work = this.#work(rows, answer);
    for (;;) {
      const step = work.next();
      if (step.done) return step.value;
    }
  }

  /** Does the work in small steps. */
  *#work(rows: readonly unknown[], answer: AnswerContext): Generator<undefined, Converted> {
    this.#names.tidy();
    const tools = this.#tools ?? new Tools(this.#settings, this.#names, this.series);
    this.#tools = undefined;
    const job = new Job(tools, answer, rows);
    const zeroFill =
      this.#settings.zeroFill && answer.complete && isBucketed(answer) ? new ZeroFill(job) : undefined;
    if (zeroFill) {
      for (const row of rows) {
        yield;
        zeroFill.look(row);
      }
    }
    const reader = this.#readerOf(job, zeroFill);
    let steps = 0;
    for (const row of rows) {
      const parts = begin(job, reader, row);
      if (parts === 0 && ++steps % STEP === 0) yield;
      for (let i = 0; i < parts; i++) {
        // A generator's step costs as much as a small row.
        if (++steps % STEP === 0) yield;
        try {
          reader.part(i);
        } catch (error) {
          job.report(row, error);
        }
      }
    }
    for (const { row, bucket } of zeroFill?.missing() ?? []) {
      yield;
      try {
        zeroFill?.write(row, bucket);
      } catch (error) {
        job.report(row, error);
      }
    }
    this.kept = [job, reader];
    // After an error they would bring the lines of this message into the next.
    this.#tools = tools;
    return {
      ...job.take(),
      points: { shape: job.heads.shape, name: job.heads.name, bucketed: isBucketed(answer) },
    };
  }

  #readerOf(job: Job, zeroFill: ZeroFill | undefined): RowReader {
    const { shape } = KINDS[job.answer.kind];
    switch (shape) {
      case "tutorial":
        return new TutorialRows(job);
      case "observations":
        return new ObservationRows(job);
      case "activity":
        return new ActivityRows(job);
      case "buckets":
        return new BucketRows(job, (gathered) => {
          zeroFill?.complete(gathered.bucket);
          this.#takeBackOldNames(job, gathered);
        });
    }
  }

  /** Writes zeros to the series of a former name, where names are tags. */
  #takeBackOldNames(job: Job, { group, bucket }: Gathered): void {
    if (!this.#renames) return;
    const old = this.#renames.oldGroups(group, job.heads.shape, bucket, job.answer.polledAt);
    if (old.length === 0) return;
    for (const before of old) {
      job.heads.write(before, bucket.granularity);
      if (job.line.writeTakenBack(job.encoder)) job.encoder.finish(bucket.time);
    }
    job.heads.write(group, bucket.granularity);
  }
}

/** @returns how many parts a row has */
function begin(job: Job, reader: RowReader, row: unknown): number {
  try {
    if (!isObject(row)) throw new InputError(`the row is ${describeValue(row)}, not an object`);
    return reader.begin(row);
  } catch (error) {
    job.report(row, error);
    return 0;
  }
}

function isBucketed({ kind }: AnswerContext): boolean {
  return KINDS[kind].shape === "buckets";
}
