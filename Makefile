# Aliases only: everything lives behind ./run (./run help).
.PHONY: run serve test stop reset doctor shell migrations messages

run serve:
	@./run serve

test:
	@./run test

stop:
	@./run stop

reset:
	@./run reset

doctor:
	@./run doctor

shell:
	@./run manage shell

migrations:
	@./run manage makemigrations

messages:
	@./run manage makemessages --locale zh_Hans --no-obsolete --ignore node_modules
	@./run manage makemessages --locale zh_Hans --no-obsolete --domain djangojs --ignore node_modules --ignore '*/vendor/*'
	@./run manage compilemessages --ignore .venv --ignore .mapgrid --ignore node_modules
