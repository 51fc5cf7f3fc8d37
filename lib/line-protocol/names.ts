import { isOwnField, type TypeName, typeOfField } from "../terms/fields";
import { STATISTIC_NAMES, statisticOf, STATISTICS } from "../terms/statistics";
import { EncodeError } from "./errors";
import { escapeFieldName, isHazardous, utf8 } from "./escape";

/** A field's name, checked and escaped once, and the place of its value in the line that is being gathered. */
export interface FieldName {
  readonly name: string;
  readonly type: TypeName;
  /** What stands in front of its value: ` name=` for the first field of a line, `,name=` for the others. */
  readonly first: Uint8Array;
  readonly next: Uint8Array;
  /** It holds `\\`, which the server takes for one escape when it looks for a line's end. */
  readonly hazardous: boolean;
  readonly ascii: boolean;
  /** Whether 0 is what it is in a closed bucket in which nothing happened. */
  readonly zeroWhenNone: boolean;
  /** Whether 0 takes its value back; `false` where a setting of Genesys is stored, and for texts. */
  readonly zeroWhenTakenBack: boolean;
  /** The line whose value `place` is. */
  line: number;
  place: number;
}

/** Names come from a foreign service: what is remembered of them between two messages is bounded. */
const KEPT_NAMES = 5_000;

/** Every poll brings the same names: they are checked and escaped once. */
export class FieldNames {
  readonly #known = new Map<string, FieldName | undefined>();
  #line = 0;

  /** Forgets what became too much; not while a line is being gathered. */
  tidy(): void {
    if (this.#known.size > KEPT_NAMES) this.#known.clear();
  }

  /** The number of a new line. */
  nextLine(): number {
    return ++this.#line;
  }

  /** A field by its name; `undefined` where no type follows from the name. */
  find(name: string): FieldName | undefined {
    if (this.#known.has(name)) return this.#known.get(name);
    const type = typeOfField(name);
    const field = type && fieldName(name, type);
    this.#known.set(name, field);
    return field;
  }

  /** A field whose name has a type. @throws EncodeError for other names */
  get(name: string): FieldName {
    const field = this.find(name);
    if (!field) throw new EncodeError(`there is no field type for "${name}"`);
    return field;
  }

  /** The field `<metric>_<statistic>`, by the statistic's number in {@link STATISTIC_NAMES}. */
  statistic(metric: string, number: number): FieldName {
    return this.get(`${metric}_${STATISTIC_NAMES[number]}`);
  }
}

function fieldName(name: string, type: TypeName): FieldName {
  const key = escapeFieldName(name);
  if (key === "") throw new EncodeError("a field has an empty name");
  const statistic = statisticOf(name);
  const number = type === "int" || type === "float";
  return {
    name,
    type,
    first: utf8(` ${key}=`),
    next: utf8(`,${key}=`),
    hazardous: isHazardous(key),
    ascii: utf8(key).length === key.length,
    zeroWhenNone: statistic ? STATISTICS[statistic].zeroWhenNone : isOwnField(name) ? type === "int" : number,
    zeroWhenTakenBack: statistic ? STATISTICS[statistic].zeroWhenTakenBack : number,
    line: 0,
    place: 0,
  };
}
