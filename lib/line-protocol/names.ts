import { isOwnField, type TypeName, typeOfField } from "../terms/fields";
import { STATISTIC_NAMES, statisticOf, STATISTICS } from "../terms/statistics";
import { EncodeError } from "./errors";
import { escapeFieldName, isHazardous, utf8 } from "./escape";

/** A field's name, checked and escaped once, and the place of its value in the current line. */
export interface FieldName {
  readonly name: string;
  readonly type: TypeName;
  /** Bytes in front of the value: ` name=` for the first field of a line, `,name=` for the others. */
  readonly first: Uint8Array;
  readonly next: Uint8Array;
  /** The name holds `\\`, which the server reads as one escape when it looks for a line's end. */
  readonly hazardous: boolean;
  readonly ascii: boolean;
  /** Whether it is 0 in a closed bucket in which nothing happened. */
  readonly zeroWhenNone: boolean;
  /** Whether 0 takes its value back; `false` for settings of Genesys, and for texts. */
  readonly zeroWhenTakenBack: boolean;
  /** The line that `place` belongs to. */
  line: number;
  place: number;
}

/** Bound of names remembered between two messages, as they come from a foreign service. */
const KEPT_NAMES = 5_000;

/** Remembers checked and escaped names: every poll brings the same ones. */
export class FieldNames {
  readonly #known = new Map<string, FieldName | undefined>();
  #line = 0;

  /** Forgets names beyond the bound; not while a line is gathered. */
  tidy(): void {
    if (this.#known.size > KEPT_NAMES) this.#known.clear();
  }

  /** Begins a line. @returns its number */
  nextLine(): number {
    return ++this.#line;
  }

  /** Finds a field by its name; `undefined` for a name without a type. */
  find(name: string): FieldName | undefined {
    if (this.#known.has(name)) return this.#known.get(name);
    const type = typeOfField(name);
    const field = type && fieldName(name, type);
    this.#known.set(name, field);
    return field;
  }

  /** Finds a field by its name. @throws EncodeError for a name without a type */
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
