/** The mapping of a migration: what goes on as what, and what would have to stay behind. Pure. */
import type { Mappable, Mapping, Proposal } from '../../api/instances';

/** Targets by source; what is not in it is not mapped. */
export type Chosen = Record<string, { target: string; anew: boolean }>;

export function chosenOf(proposal: Proposal): Chosen {
  return Object.fromEntries(
    proposal.mapping.map(({ source, target, updateEventTrigger = false }) => [
      source,
      { target, anew: updateEventTrigger },
    ]),
  );
}

/** In the order of the model, so that a line of a refusal is found again. */
export function mappingOf(proposal: Proposal, chosen: Chosen): Mapping[] {
  return proposal.sources.flatMap(({ id }): Mapping[] => {
    const to = chosen[id];
    return to === undefined ? [] : [{ source: id, target: to.target, updateEventTrigger: to.anew }];
  });
}

/** Where the instance is, and nothing says where it goes. */
export function stranded(proposal: Proposal, chosen: Chosen): Mappable[] {
  return proposal.sources.filter((source) => source.active > 0 && chosen[source.id] === undefined);
}

/** What the mapping comes to. */
export function summary(proposal: Proposal, chosen: Chosen) {
  const mapping = mappingOf(proposal, chosen);
  const renamed = mapping.filter((each) => each.source !== each.target);
  const tokens = proposal.sources.reduce(
    (sum, source) => sum + (chosen[source.id] === undefined ? 0 : source.active),
    0,
  );
  return { mapped: mapping.length, renamed, tokens };
}

/** Refusals by source; those that are of no line stand under the empty name. */
export function refusals(
  errors: { pointer?: string; detail?: string | null }[],
  sent: Mapping[],
): Map<string, string[]> {
  const told = new Map<string, string[]>();
  for (const { pointer, detail } of errors) {
    const line = /^\/mapping\/(\d+)$/.exec(pointer ?? '')?.[1];
    const source = line === undefined ? '' : (sent[Number(line)]?.source ?? '');
    told.set(source, [...(told.get(source) ?? []), detail ?? '']);
  }
  return told;
}

/** Has something that waits in store: a timer, a message. */
export function hasTrigger(type: string): boolean {
  return /timer|message|signal|conditional|receiveTask/i.test(type);
}
