/** What went wrong, in numbers; each leads to the list that it counts. */
import { SimpleGrid } from '@mantine/core';
import { Figure } from '../figures';
import { useProblems } from './use-problems';

const MOST_BESIDE = 4;

export function ProblemFigures() {
  const problems = useProblems();
  const beside = Math.min(problems.length, MOST_BESIDE);
  return (
    <SimpleGrid cols={{ base: Math.min(beside, 2), md: beside }} mb="md" spacing="sm">
      {problems.map(({ id, icon, label, value, target }) => (
        <Figure key={id} id={id} icon={icon} value={value} label={label} {...target} danger={(value ?? 0) > 0} />
      ))}
    </SimpleGrid>
  );
}
